import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { keepForm, MAX_KEPT, mayKeep, parseKept } from '../../../src/ingress/challenge/kept-form.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'

const TYPE = ['content-type', 'application/x-www-form-urlencoded'] as const
const SAME = ['sec-fetch-site', 'same-origin'] as const
const ORIGIN = ['origin', 'https://app.example'] as const
const isRead = (headers: FactsChange['headers'] = [TYPE, SAME], change: FactsChange = {}) =>
  mayKeep(createFacts({ method: 'POST', hasBody: true, headers, ...change }))

/** Any UTF-16 unit. */
const UNIT = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code))

describe('content is read', () => {
  it('when a page of the same origin has sent a form', () => {
    expect(isRead()).toBe(true)
    expect(isRead([['content-type', 'application/x-www-form-urlencoded; charset=UTF-8'], SAME])).toBe(true)
    // With `Referrer-Policy: no-referrer`, pages send their own forms so.
    expect(isRead([TYPE, SAME, ['origin', 'null']])).toBe(true)
  })

  it('in a browser without Sec-Fetch-Site, when Origin is the origin', () => {
    expect(isRead([TYPE, ORIGIN])).toBe(true)
    const local = { scheme: 'http', host: '127.0.0.1:8787' } as const
    expect(isRead([TYPE, ['origin', 'http://127.0.0.1:8787']], local)).toBe(true)
    expect(isRead([TYPE, ['origin', 'http://127.0.0.1']], local)).toBe(false)
  })

  it.each(['cross-site', 'same-site', 'none', '', 'same-origin, cross-site'])(
    'never when Sec-Fetch-Site says %j, whatever Origin says',
    (site) => expect(isRead([TYPE, ['sec-fetch-site', site], ORIGIN])).toBe(false),
  )

  it.each([
    'null',
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil',
    '',
  ])('never when Origin alone says %j', (origin) => expect(isRead([TYPE, ['origin', origin]])).toBe(false))

  it('never when nothing tells where it comes from', () => {
    expect(isRead([TYPE])).toBe(false)
  })

  it.each([
    ['multipart/form-data; boundary=x'],
    ['text/plain'],
    ['application/json'],
    ['application/x-www-form-urlencoded; charset=windows-1252'],
    ['application/x-www-form-urlencoded2'],
  ])('never as %s', (type) => expect(isRead([['content-type', type], SAME])).toBe(false))

  it('never when it is too large, encoded, not there or not a POST', () => {
    expect(isRead([TYPE, SAME, ['content-length', String(MAX_KEPT)]])).toBe(true)
    expect(isRead([TYPE, SAME, ['content-length', String(MAX_KEPT + 1)]])).toBe(false)
    expect(isRead([TYPE, SAME, ['content-encoding', 'gzip']])).toBe(false)
    expect(isRead([TYPE, SAME], { hasBody: false })).toBe(false)
    expect(isRead([TYPE, SAME], { method: 'PUT' })).toBe(false)
  })
})

test('content that is kept is sent again byte for byte', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((t) => t.replace(/\0|\r?\n|\r/g, '\r\n'))
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }), (pairs) => {
      fc.pre(pairs.every(([name]) => name !== '_charset_'))
      const content = new URLSearchParams(pairs).toString()
      expect(keepForm(content)).toBe(content)
      expect(parseKept(content)).toEqual(pairs)
    }),
  )
})

test('what a form would send otherwise is not kept', () => {
  fc.assert(
    fc.property(fc.string({ unit: UNIT, maxLength: 60 }), (content) => {
      const kept = keepForm(content)
      if (kept !== undefined) expect(new URLSearchParams(kept).toString()).toBe(content)
    }),
  )
  for (const content of [
    undefined,
    '',
    '{"a":1}',
    'a',
    'a=%e4',
    'a=%E4',
    'a=%FF',
    'a=b%0A',
    'a=%0Db',
    'a=%00',
    '_charset_=utf-8',
    'a=b&',
    'a=b;c',
    `a=${'x'.repeat(MAX_KEPT)}`,
    Array.from({ length: 1001 }, () => 'a=b').join('&'),
  ])
    expect(keepForm(content)).toBeUndefined()
})
