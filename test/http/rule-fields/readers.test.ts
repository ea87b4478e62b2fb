import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { MAX_COOKIES } from '../../../src/http/rule-fields/cookies.ts'
import { MAX_FIELDS } from '../../../src/http/rule-fields/header-lists.ts'
import { FIELD_READERS } from '../../../src/http/rule-fields/readers.ts'
import { toBytes, type Value } from '../../../src/lang/value.ts'
import { createFacts, type FactsChange } from '../facts.ts'

const NOW = 1_795_000_000_857

function read(name: string, change: FactsChange = {}, more: object = {}): Value | undefined {
  const reader = FIELD_READERS.get(name)
  if (!reader) throw new Error(`no field ${name}`)
  return reader({ request: createFacts(change), now: NOW, ...more })
}

const map = (entries: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(entries))

describe('the target', () => {
  const change = { host: 'App.Example:8443', target: '/a//%62.PnG?x=%31&y' }
  it.each([
    ['http.host', 'app.example'],
    ['http.request.uri', '/a/b.PnG?x=1&y'],
    ['http.request.uri.path', '/a/b.PnG'],
    ['http.request.uri.path.extension', 'png'],
    ['http.request.uri.query', 'x=1&y'],
    ['http.request.full_uri', 'https://app.example:8443/a/b.PnG?x=1&y'],
    ['raw.http.request.uri', '/a//%62.PnG?x=%31&y'],
    ['raw.http.request.uri.path', '/a//%62.PnG'],
    ['raw.http.request.uri.path.extension', 'PnG'],
    ['raw.http.request.uri.query', 'x=%31&y'],
    ['raw.http.request.full_uri', 'https://app.example:8443/a//%62.PnG?x=%31&y'],
    ['ssl', true],
  ])('%s', (name, value) => expect(read(name, change)).toEqual(value))

  it('is not encrypted over http', () => {
    expect(read('ssl', { scheme: 'http' })).toBe(false)
  })

  it.each([
    ['/foo', ''],
    ['/foo.mp3', 'mp3'],
    ['/.mp3', ''],
    ['/.foo.mp3', 'mp3'],
    ['/foo.tar.bz2', 'bz2'],
    ['/foo.', ''],
    ['/foo.MP3', 'mp3'],
    ['/a.b/c', ''],
    ['/a.b/.c', ''],
  ])('%s has the extension %j', (target, extension) => {
    expect(read('http.request.uri.path.extension', { target })).toBe(extension)
  })
})

describe('the arguments', () => {
  it('are not decoded, keep their order and are grouped by name', () => {
    const target = '/?q=red+apples&a%2Fb=%2F&q=&Q=2&flag&&=x'
    expect(read('http.request.uri.args', { target })).toEqual(
      map({ q: ['red+apples', ''], 'a%2Fb': ['%2F'], Q: ['2'], flag: [''], '': ['x'] }),
    )
    expect(read('http.request.uri.args.names', { target })).toEqual(['q', 'a%2Fb', 'q', 'Q', 'flag', ''])
    expect(read('http.request.uri.args.values', { target })).toEqual(['red+apples', '%2F', '', '2', '', 'x'])
  })

  it('are as received in the raw field', () => {
    expect(read('raw.http.request.uri.args', { target: '/?%61=%31' })).toEqual(map({ '%61': ['%31'] }))
    expect(read('http.request.uri.args', { target: '/?%61=%31' })).toEqual(map({ a: ['1'] }))
  })

  it('that are named like properties of objects are arguments like others', () => {
    const args = read('http.request.uri.args', { target: '/?__proto__=1&constructor=2' })
    expect(args).toEqual(
      new Map([
        ['__proto__', ['1']],
        ['constructor', ['2']],
      ]),
    )
  })

  it('put together again are the query', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-c%=]{1,5}$/)), (parts) => {
        const pairs = parts.map((part) => (part.includes('=') ? part : `${part}=`))
        const target = `/?${pairs.join('&')}`
        const names = read('raw.http.request.uri.args.names', { target }) as string[]
        const values = read('raw.http.request.uri.args.values', { target }) as string[]
        expect(names.map((name, i) => `${name}=${values[i]}`)).toEqual(pairs)
      }),
    )
  })
})

describe('the cookies', () => {
  it('keep all bytes of text at their ends, where a byte may look like a space', () => {
    const headers = [['cookie', 'a=voilà; à=1;\tb = à ']] as const
    expect(read('http.request.cookies', { headers })).toEqual(
      map({ a: ['voil\xc3\xa0'], '\xc3\xa0': ['1'], b: ['\xc3\xa0'] }),
    )
  })

  it('have decoded names that are merged, and values as sent', () => {
    const headers = [['cookie', 'app=te%73t; a%5Bb=1;a[b=2 ; flag;; %zz=x=y; %C3%BC=1']] as const
    expect(read('http.request.cookies', { headers })).toEqual(
      map({ app: ['te%73t'], 'a[b': ['1', '2'], flag: [''], '%zz': ['x=y'], 'Ã¼': ['1'] }),
    )
  })

  it('are read up to a bound, and the flag says so', () => {
    const cookie = Array.from({ length: MAX_COOKIES + 5 }, (_, i) => `c${i}=1`).join('; ')
    const headers = [['cookie', cookie]] as const
    expect((read('http.request.cookies', { headers }) as Map<string, string[]>).size).toBe(MAX_COOKIES)
    expect(read('http.request.headers.truncated', { headers })).toBe(true)
    expect(read('http.request.headers.truncated', { headers: [['cookie', 'a=1']] })).toBe(false)
  })
})

describe('the header section', () => {
  const headers = [
    ['X-One', 'A'],
    ['x-two', 'é'],
    ['X-One', 'b'],
    ['X_Odd', 'c'],
  ] as const

  it('has lower-case names, joined values, and fields that are not forwarded too', () => {
    expect(read('http.request.headers', { headers })).toEqual(
      map({ 'x-one': ['A, b'], 'x-two': ['Ã©'], x_odd: ['c'] }),
    )
    expect(read('http.request.headers.names', { headers })).toEqual(['x-one', 'x-two', 'x_odd'])
    expect(read('http.request.headers.values', { headers })).toEqual(['A, b', 'Ã©', 'c'])
    expect(read('http.request.headers.truncated', { headers })).toBe(false)
  })

  it('is read up to a bound, and the flag says so', () => {
    const many = Array.from({ length: MAX_FIELDS + 1 }, (_, i) => [`x-${i}`, ''] as const)
    expect(read('http.request.headers.names', { headers: many })).toHaveLength(MAX_FIELDS)
    expect(read('http.request.headers.truncated', { headers: many })).toBe(true)
  })

  it.each([
    ['http.cookie', 'cookie'],
    ['http.referer', 'referer'],
    ['http.user_agent', 'user-agent'],
    ['http.x_forwarded_for', 'x-forwarded-for'],
  ])('%s is the field, and empty without it', (name, field) => {
    expect(read(name, { headers: [[field, 'Value']] })).toBe('Value')
    expect(read(name)).toBe('')
  })

  it.each([
    ['fr-CH, fr;q=0.8, en;q=0.9, de;q=0.7, *;q=0.5', ['fr-CH', 'en', 'fr', 'de']],
    ['', []],
    ['de;q=x, en', ['de', 'en']],
    [', ,;q=1', []],
  ])('Accept-Language %j is %j', (value, languages) => {
    expect(read('http.request.accepted_languages', { headers: [['accept-language', value]] })).toEqual(
      languages,
    )
  })
})

describe('the client', () => {
  it('is in the European Union as Cloudflare says, or by its country', () => {
    const at = (country: string, edge?: object): Value | undefined =>
      read('ip.src.is_in_european_union', { client: { country, ...(edge ? { edge: { ...edge } } : {}) } })
    expect([at('DE'), at('RE'), at('GB'), at('T1')]).toEqual([true, true, false, false])
    expect([at('GB', { isEUCountry: '1' }), at('DE', {})]).toEqual([true, true])
    expect(read('ip.src.is_in_european_union')).toBeUndefined()
  })

  it('has a subdivision of country and region', () => {
    const at = (edge?: object): Value | undefined =>
      read('ip.src.subdivision_1_iso_code', {
        client: { country: 'GB', ...(edge ? { edge: { ...edge } } : {}) },
      })
    expect([at({ regionCode: 'ENG' }), at({}), at()]).toEqual(['GB-ENG', '', undefined])
  })

  it('comes over TCP unless it speaks HTTP/3', () => {
    const over = (protocol: string): Value | undefined => read('cf.edge.client_tcp', { client: { protocol } })
    expect([over('HTTP/2'), over('HTTP/3'), read('cf.edge.client_tcp')]).toEqual([true, false, undefined])
  })

  it('without a certificate has an empty one; without Cloudflare nothing is known of it', () => {
    const fields = ['cert_verified', 'cert_presented', 'cert_serial'].map((n) => `cf.tls_client_auth.${n}`)
    expect(fields.map((name) => read(name, { client: { edge: {} } }))).toEqual([false, false, ''])
    expect(fields.map((name) => read(name))).toEqual([undefined, undefined, undefined])
  })

  it.each([
    ['SUCCESS', '0', true],
    ['SUCCESS', '1', true],
    ['FAILED', '1', true],
    ['FAILED:self signed certificate', '0', false],
    ['NONE', '0', false],
  ])('with certVerified %s and certRevoked %s is verified: %s', (certVerified, certRevoked, verified) => {
    const edge = { tlsClientAuth: { certPresented: '1', certVerified, certRevoked } }
    expect(read('cf.tls_client_auth.cert_verified', { client: { edge } })).toBe(verified)
  })

  it('cannot be named by properties that objects inherit', () => {
    expect(read('ip.src.city', { client: { edge: Object.create({ city: 'x' }) } })).toBeUndefined()
  })
})

test('the time is in seconds and the rest of them in milliseconds', () => {
  expect(read('http.request.timestamp.sec')).toBe(1_795_000_000)
  expect(read('http.request.timestamp.msec')).toBe(857)
})

test.each([
  ['text/html', 'text/html'],
  ['text/HTML; charset=utf-8; other=value', 'text/html'],
  ['text/html+extra ;x', 'text/html+extra'],
  [undefined, ''],
])('a response of type %j has the media type %j', (field, type) => {
  const headers = new Map(field === undefined ? [] : [['content-type', field]])
  const response = { status: 204, headers }
  expect(read('http.response.content_type.media_type', {}, { response })).toBe(type)
  expect(read('http.response.code', {}, { response })).toBe(204)
  expect(read('http.response.code')).toBeUndefined()
})

test('whatever the client sends is read without an error, as bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(text, text, text, (target, cookie, languages) => {
      const change = {
        target: `/${target}`,
        headers: [
          ['cookie', cookie],
          ['accept-language', languages],
        ],
      } as const
      for (const [name, reader] of FIELD_READERS) {
        const value = reader({ request: createFacts(change), now: NOW })
        if (typeof value === 'string')
          expect([name, toBytes(value).length >= value.length]).toEqual([name, true])
        if (typeof value === 'string') expect(value).toMatch(/^[^\u0100-\uffff]*$/)
      }
    }),
    { numRuns: 50 },
  )
})
