import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPublished, takePublished } from '../../src/net/check-published.ts'
import { formatPrefix, parsePrefix } from '../../src/net/prefix.ts'
import { MAX_PUBLISHED_BYTES, readPublished } from '../../src/net/read-published.ts'

const google = (...prefixes: readonly string[]): string =>
  JSON.stringify({
    creationTime: '2026-08-20T14:46:13.000000',
    prefixes: prefixes.map((text) => (text.includes(':') ? { ipv6Prefix: text } : { ipv4Prefix: text })),
  })

const texts = (result: ReturnType<typeof readPublished>): readonly string[] | string =>
  result.ok ? result.prefixes.map(formatPrefix) : result.fault

/** So many neighbours: 5.0.0.0/32, 5.0.0.1/32, and so on. */
const many = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `5.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`)

describe('a published list', () => {
  test('is read in the form of Google', () => {
    const text = google('66.249.64.0/27', '2001:4860:4801:10::/64')
    expect(texts(readPublished(text, 'json'))).toEqual(['66.249.64.0/27', '2001:4860:4801:10::/64'])
  })

  test('is read when a prefix holds characters that cannot be seen, as Bing once had them', () => {
    expect(texts(readPublished(google('\u200b157.55.39.0/24\u200b'), 'json'))).toEqual(['157.55.39.0/24'])
  })

  test('is read as one prefix a line, with comments', () => {
    const text = '# probes\r\n5.172.196.188\r\n\r\n13.232.220.164  # Mumbai\n2a02:26f0:1::/48\n'
    expect(texts(readPublished(text, 'text'))).toEqual([
      '5.172.196.188/32',
      '13.232.220.164/32',
      '2a02:26f0:1::/48',
    ])
  })

  test('is read as the first column of a geofeed', () => {
    const text = '# RFC 8805\n31.13.24.0/21,IE,IE-L,Dublin,\n2a03:2880::/36,US,,,\n'
    expect(texts(readPublished(text, 'csv'))).toEqual(['31.13.24.0/21', '2a03:2880::/36'])
  })

  test.each([
    ['a page of errors', '<!doctype html><title>Just a moment…</title>', 'json', 'malformed'],
    ['a page of errors as text', '<!doctype html><title>Just a moment…</title>', 'text', 'bad-prefix'],
    ['JSON of another form', '{"ranges":[]}', 'json', 'malformed'],
    ['null', 'null', 'json', 'malformed'],
    ['an entry without a prefix', '{"prefixes":[{"service":"x"}]}', 'json', 'malformed'],
    ['an entry that is no text', '{"prefixes":[{"ipv4Prefix":7}]}', 'json', 'malformed'],
    ['one bad prefix among good ones', google('66.249.64.0/27', '66.249.64.0/99'), 'json', 'bad-prefix'],
    ['host bits', '5.9.8.7/24', 'text', 'bad-prefix'],
    ['too much', `#${' '.repeat(MAX_PUBLISHED_BYTES)}`, 'text', 'too-large'],
    ['too many', many(20_001).join('\n'), 'text', 'too-many'],
    ['too many entries', google(...many(20_001)), 'json', 'too-many'],
  ] as const)('is refused as a whole: %s', (_, text, format, fault) => {
    expect(takePublished(text, format, undefined)).toMatchObject({ ok: false, fault })
  })

  test.each([
    ['nothing', '[]', 'empty'],
    ['a private network', '["5.9.0.0/24","10.1.2.0/24"]', 'special'],
    ['the loopback', '["127.0.0.1"]', 'special'],
    ['what CGN has', '["100.64.0.0/16"]', 'special'],
    ['documentation, within a wider prefix', '["203.0.0.0/16"]', 'special'],
    ['unique local addresses', '["fd00::/48"]', 'special'],
    ['documentation of IPv6', '["2001:db8::/32"]', 'special'],
    ['6to4', '["2002:900:1::/48"]', 'special'],
    ['IPv4-mapped private addresses', '["::ffff:192.168.0.0/112"]', 'special'],
    ['half of the Internet', '["0.0.0.0/1"]', 'too-wide'],
    ['all of IPv6', '["::/0"]', 'too-wide'],
    ['a /7', '["4.0.0.0/7"]', 'too-wide'],
    ['a /15 of IPv6', '["2600::/15"]', 'too-wide'],
    ['many wide ones', '["5.0.0.0/9","6.0.0.0/9","7.0.0.0/9"]', 'too-wide'],
  ])('is not believed with %s', (_, list, fault) => {
    const entries: string[] = JSON.parse(list)
    expect(takePublished(entries.join('\n'), 'text', undefined)).toMatchObject({ ok: false, fault })
  })

  test('may be as wide as a /8 or a /16 of IPv6', () => {
    expect(takePublished('5.0.0.0/8\n2600::/16', 'text', undefined).ok).toBe(true)
  })

  test.each([
    [1000, 99, 'shrank'],
    [1000, 100, undefined],
    [28, 2, 'shrank'],
    [100, 1001, 'grew'],
    [100, 1000, undefined],
    // A list of one may become one of many: it has hardly been begun.
    [1, 160, undefined],
    [1, 161, 'grew'],
    [undefined, 1, undefined],
  ])('that had %s entries and has %s is %s', (last, count, fault) => {
    const result = takePublished(many(count).join('\n'), 'text', last)
    expect(result.ok ? undefined : result.fault).toBe(fault)
    expect(takePublished(many(count).join('\n'), 'text', last, true).ok).toBe(true)
  })

  test('whatever it is, gives prefixes or a reason, and never one of everybody', () => {
    const word = fc.oneof(
      fc.ipV4().map((ip) => `${ip}/32`),
      fc.ipV6(),
      fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, length]) => `${ip}/${length}`),
      fc.string(),
    )
    const text = fc.oneof(
      fc.array(word).map((list) => list.join('\n')),
      fc.array(word).map((l) => google(...l)),
      fc.json(),
    )
    fc.assert(
      fc.property(text, fc.constantFrom('json', 'text', 'csv'), fc.option(fc.nat()), (list, format, last) => {
        const result = takePublished(list, format, last ?? undefined)
        if (!result.ok) return result.message.length > 0 && result.message.length < 300
        return result.prefixes.every(
          ({ address, length }) => length >= (address.version === 4 ? 8 : 16) && length <= 128,
        )
      }),
      { numRuns: 500 },
    )
  })
})

/** Networks as whole numbers, for a judge of special addresses of its own. */
function bounds(text: string): readonly [bits: 32 | 128, first: bigint, last: bigint] {
  const result = parsePrefix(text)
  if (!result.ok) throw new Error(result.message)
  const { address, length } = result.prefix
  const bits = address.version === 4 ? 32 : 128
  const words: readonly number[] = address.version === 4 ? [address.value] : address.words
  const first = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
  return [bits, first, first + (1n << BigInt(bits - length)) - 1n]
}

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.2.0/24',
]
  .concat([
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
    '0.0.0.0/8',
  ])
  .concat(['192.0.0.0/24', '192.88.99.0/24'])
  .map(bounds)

test('no prefix passes that meets private or reserved space anywhere', () => {
  const edge = fc.constantFrom(...PRIVATE).chain(([, first, last]) =>
    fc.bigInt({
      min: first > 70_000n ? first - 70_000n : 0n,
      max: last < 4294897294n ? last + 70_000n : last,
    }),
  )
  fc.assert(
    fc.property(edge, fc.integer({ min: 8, max: 32 }), (near, length) => {
      const value = Number((near >> BigInt(32 - length)) << BigInt(32 - length))
      const prefix = { address: { version: 4, value }, length } as const
      const [, first, last] = bounds(formatPrefix(prefix))
      const isPrivate = PRIVATE.some(([, low, high]) => first <= high && last >= low)
      expect(checkPublished([prefix], undefined).ok).toBe(!isPrivate)
    }),
    { numRuns: 2000 },
  )
})
