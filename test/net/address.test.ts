import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countingKey, formatAddress, parseAddress } from '../../src/net/address.ts'

const arbitraryV4 = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ({ version: 4 as const, value }))
const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0xffff, 0x10000, 0xffff0000),
)
const arbitraryV6 = fc
  .tuple(word, word, word, word)
  .filter(([a, b, c]) => a !== 0 || b !== 0 || c !== 0xffff)
  .map((words) => ({ version: 6 as const, words }))

/** A deliberately plain reading of an IPv6 address, to compare the fast one with. */
function naiveGroups(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hex = (a: string, b: string): string => (Number(a) * 256 + Number(b)).toString(16)
  const plain = dotted
    ? `${dotted[1]}${hex(dotted[2] ?? '', dotted[3] ?? '')}:${hex(dotted[4] ?? '', dotted[5] ?? '')}`
    : text
  const [left = '', right] = plain.split('::')
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  if (right === undefined) return read(left)
  const tail = read(right)
  return [...read(left), ...Array<number>(8 - read(left).length - tail.length).fill(0), ...tail]
}

describe('parseAddress', () => {
  test.each([
    ['0.0.0.0', 0],
    ['127.0.0.1', 0x7f000001],
    ['255.255.255.255', 0xffffffff],
    ['192.0.2.10', 0xc000020a],
  ])('reads the IPv4 address %s', (text, value) => {
    expect(parseAddress(text)).toEqual({ version: 4, value })
  })

  test.each([
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x10000, 0, 0, 0]],
    ['2001:db8::1', [0x20010db8, 0, 0, 1]],
    ['2001:DB8:0:0:0:0:0:1', [0x20010db8, 0, 0, 1]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
    ['::2:3:4:5:6:7:8', [2, 0x30004, 0x50006, 0x70008]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221]],
    ['1:2:3:4:5:6:1.2.3.4', [0x10002, 0x30004, 0x50006, 0x01020304]],
    ['::1.2.3.4', [0, 0, 0, 0x01020304]],
  ])('reads the IPv6 address %s', (text, words) => {
    expect(parseAddress(text)).toEqual({ version: 6, words })
  })

  test.each([
    '::ffff:192.0.2.10',
    '::FFFF:192.0.2.10',
    '::ffff:c000:20a',
    '0:0:0:0:0:ffff:c000:20a',
    '0::ffff:192.0.2.10',
  ])('reads the IPv4-mapped %s as IPv4', (text) => {
    expect(parseAddress(text)).toEqual({ version: 4, value: 0xc000020a })
  })

  test.each([
    '',
    ' ',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '256.1.1.1',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4:80',
    '0x7f.0.0.1',
    '2130706433',
    '+1.2.3.4',
    '1.2.3.-4',
    '١.2.3.4',
    '1.2.3.4/32',
    ':',
    ':::',
    ':1',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1::2::3',
    '12345::',
    '::g',
    'fe80::1%eth0',
    '[::1]',
    '::1/128',
    '::1.2.3',
    '::1.2.3.256',
    '::01.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6::1.2.3.4',
    '1::3:4:5:6:7:8:1.2.3.4',
    '::1:2:3:4:5:6:7:1.2.3.4',
    '::1 ',
    '0000:0000:0000:0000:0000:ffff:255.255.255.2555',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('accepts exactly what Node accepts, but for zone ids', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      'ff',
      'ffff',
      '12345',
      ':',
      '::',
      '.',
      '255',
      '256',
      '01',
      '/',
      ' ',
      'g',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join('')),
        (text) => {
          expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  test('agrees with a plain reading of every valid IPv6 text', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const groups = naiveGroups(text)
        const words = [0, 2, 4, 6].map((i) => (groups[i] ?? 0) * 65_536 + (groups[i + 1] ?? 0))
        const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff
        expect(parseAddress(text)).toEqual(mapped ? { version: 4, value: words[3] } : { version: 6, words })
      }),
      { numRuns: 5000 },
    )
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)))
  })
})

describe('formatAddress', () => {
  // Cases of RFC 5952 section 4.
  test.each([
    ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AAAA', '2001:db8::aaaa'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['192.0.2.1', '192.0.2.1'],
  ])('prints %s as %s', (text, expected) => {
    const address = parseAddress(text)
    expect(address && formatAddress(address)).toBe(expected)
  })

  test('reads back to the same address', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryV4, arbitraryV6), (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
      { numRuns: 5000 },
    )
  })

  test('agrees with the WHATWG URL serialiser', () => {
    fc.assert(
      fc.property(arbitraryV6, (address) => {
        const text = formatAddress(address)
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('countingKey', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:0:0:1::1', '2001:0:0:1::/64'],
    ['0:0:0:1::1', '0:0:0:1::/64'],
    ['::1', '::/64'],
  ])('counts %s as %s', (text, key) => {
    const address = parseAddress(text)
    expect(address && countingKey(address)).toBe(key)
  })

  test('is the same for two IPv6 addresses exactly when they share a /64', () => {
    fc.assert(
      fc.property(arbitraryV6, arbitraryV6, fc.boolean(), (a, b, share) => {
        const [c, d] = share ? a.words : b.words
        const other = { version: 6 as const, words: [c, d, b.words[2], b.words[3]] as const }
        const same = a.words[0] === c && a.words[1] === d
        expect(countingKey(a) === countingKey(other)).toBe(same)
      }),
    )
  })
})
