import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Address, parseAddress } from '../../src/net/address.ts'
import { type Prefix, parsePrefix } from '../../src/net/prefix.ts'
import type { PrefixEntry } from '../../src/net/prefix-ranges.ts'
import { buildPrefixSet, openPrefixSet } from '../../src/net/prefix-set.ts'
import { PrefixSetError } from '../../src/net/prefix-set-error.ts'

function entry(text: string, value: number): PrefixEntry {
  const result = parsePrefix(text)
  if (!result.ok) throw new Error(result.message)
  return { prefix: result.prefix, value }
}

function address(text: string): Address {
  const result = parseAddress(text)
  if (!result) throw new Error(text)
  return result
}

function toBigInt(a: Address): bigint {
  return a.version === 4 ? BigInt(a.value) : a.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
}

function fromBigInt(version: 4 | 6, value: bigint): Address {
  if (version === 4) return { version, value: Number(value) }
  const at = (lane: number): number => Number((value >> BigInt(96 - 32 * lane)) & 0xffffffffn)
  return { version, words: [at(0), at(1), at(2), at(3)] }
}

/** Longest prefix by looking at every one. */
function naiveLookup(entries: readonly PrefixEntry[], a: Address): number {
  const bits = a.version === 4 ? 32 : 128
  let best = -1
  let value = 0
  for (const { prefix, value: own } of entries) {
    if (prefix.address.version !== a.version) continue
    const shift = BigInt(bits - prefix.length)
    if (toBigInt(prefix.address) >> shift !== toBigInt(a) >> shift) continue
    if (prefix.length > best || (prefix.length === best && own > value)) {
      best = prefix.length
      value = own
    }
  }
  return value
}

/** Few distinct high and low bits, so that prefixes nest, touch and repeat. */
function arbitraryPrefix(version: 4 | 6): fc.Arbitrary<Prefix> {
  const bits = version === 4 ? 32 : 128
  const seed = fc.constantFrom(
    0n,
    1n,
    (1n << BigInt(bits)) - 1n,
    0xc0000200n,
    0xc00002ffn,
    1n << 127n,
    0xffffn << 48n,
    1n << 64n,
  )
  return fc.tuple(seed, fc.nat(7), fc.integer({ min: 0, max: bits })).map(([base, low, length]) => {
    const shift = BigInt(bits - length)
    const value =
      (((base & ((1n << BigInt(bits)) - 1n)) ^ (BigInt(low) << (shift > 3n ? shift - 1n : 0n))) >> shift) <<
      shift
    return { address: fromBigInt(version, value & ((1n << BigInt(bits)) - 1n)), length }
  })
}

const arbitraryEntries = fc.array(
  fc.record({
    prefix: fc.oneof(arbitraryPrefix(4), arbitraryPrefix(6)),
    value: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(255, 256, 65_535, 65_536, 4_294_967_295)),
  }),
  { maxLength: 30 },
)

/** Without values that differ: the form that only tells in from out. */
const arbitraryMembers = fc
  .tuple(arbitraryEntries, fc.constantFrom(1, 2, 64_500, 4_294_967_295))
  .map(([entries, value]) => entries.map(({ prefix }) => ({ prefix, value })))

/** Wide enough to force the number of bytes that a value takes. */
const arbitraryWidth = fc
  .tuple(arbitraryEntries, fc.constantFrom(0xff, 0xffff, 0xffffffff))
  .map(([entries, mask]) => entries.map(({ prefix, value }) => ({ prefix, value: (value & mask) >>> 0 })))

/** The addresses where an answer may change: both sides of every border. */
function borders(entries: readonly PrefixEntry[]): Address[] {
  return entries.flatMap(({ prefix }) => {
    const { version } = prefix.address
    const bits = version === 4 ? 32n : 128n
    const start = toBigInt(prefix.address)
    const end = start + (1n << (bits - BigInt(prefix.length)))
    const wrap = (n: bigint): bigint => ((n % (1n << bits)) + (1n << bits)) % (1n << bits)
    return [start - 1n, start, end - 1n, end].map((n) => fromBigInt(version, wrap(n)))
  })
}

/** The first and the last address of each family. */
const ENDS = ['0.0.0.0', '255.255.255.255', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map(address)

describe('prefix set', () => {
  test('lets the most specific prefix win, whatever the order', () => {
    const entries = [
      entry('192.0.2.10/32', 1),
      entry('192.0.2.0/24', 2),
      entry('192.0.0.0/16', 1),
      entry('2001:db8::/32', 2),
    ]
    for (const order of [entries, entries.toReversed()]) {
      const set = openPrefixSet(buildPrefixSet(order))
      expect(set.lookup(address('192.0.2.10'))).toBe(1)
      expect(set.lookup(address('192.0.2.11'))).toBe(2)
      expect(set.lookup(address('192.0.3.0'))).toBe(1)
      expect(set.lookup(address('192.1.0.0'))).toBe(0)
      expect(set.lookup(address('191.255.255.255'))).toBe(0)
      expect(set.lookup(address('::ffff:192.0.2.11'))).toBe(2)
      expect(set.lookup(address('2001:db8:ffff::'))).toBe(2)
      expect(set.lookup(address('2001:db9::'))).toBe(0)
    }
  })

  test('lets the higher value win when a prefix is given twice', () => {
    const set = openPrefixSet(buildPrefixSet([entry('10.0.0.0/8', 2), entry('10.0.0.0/8', 1)]))
    expect(set.lookup(address('10.1.1.1'))).toBe(2)
  })

  test('covers the whole space and its ends', () => {
    const set = openPrefixSet(
      buildPrefixSet([entry('0.0.0.0/0', 1), entry('255.255.255.255', 2), entry('::/0', 3)]),
    )
    expect(set.lookup(address('0.0.0.0'))).toBe(1)
    expect(set.lookup(address('255.255.255.254'))).toBe(1)
    expect(set.lookup(address('255.255.255.255'))).toBe(2)
    expect(set.lookup(address('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))).toBe(3)
  })

  test('answers 0 when empty', () => {
    const set = openPrefixSet(buildPrefixSet([]))
    expect(set.lookup(address('1.2.3.4'))).toBe(0)
    expect(set.lookup(address('::1'))).toBe(0)
  })

  test('merges neighbours that give the same answer', () => {
    const set = openPrefixSet(
      buildPrefixSet([entry('10.0.0.0/9', 1), entry('10.128.0.0/9', 1), entry('10.3.0.0/16', 1)]),
    )
    expect(set.ranges).toEqual({ ipv4: 2, ipv6: 0 })
  })

  test('agrees with looking at every prefix', () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.array(fc.ipV4()), fc.array(fc.ipV6()), (entries, four, six) => {
        const set = openPrefixSet(buildPrefixSet(entries))
        for (const a of [...ENDS, ...borders(entries), ...[...four, ...six].map(address)])
          expect(set.lookup(a)).toBe(naiveLookup(entries, a))
      }),
      { numRuns: 1500 },
    )
  })

  test('agrees with looking at every prefix, whatever the width of its values', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryMembers, arbitraryWidth), (all) => {
        const entries = all.filter(({ value }) => value > 0)
        const set = openPrefixSet(buildPrefixSet(entries))
        for (const a of [...ENDS, ...borders(entries)]) {
          const expected = naiveLookup(entries, a)
          expect(set.lookup(a)).toBe(expected)
          expect(set.has(a)).toBe(expected > 0)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('is the same whatever the order of its entries', () => {
    fc.assert(
      fc.property(
        arbitraryEntries.chain((entries) =>
          fc.tuple(
            fc.constant(entries),
            fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length }),
          ),
        ),
        ([entries, shuffled]) => {
          expect(new Uint8Array(buildPrefixSet(shuffled))).toEqual(new Uint8Array(buildPrefixSet(entries)))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('takes no bytes for values when there is but one, and as few as the largest needs', () => {
    const bytes = (...values: number[]): number =>
      buildPrefixSet(values.map((value, i) => entry(`10.${2 * i}.0.0/16`, value))).byteLength
    const header = 32
    // Four starts of four bytes; five values of IPv4, one of IPv6.
    expect(bytes(1, 1)).toBe(header + 16)
    expect(bytes(64_500, 64_500)).toBe(header + 16)
    expect(bytes(1, 255)).toBe(header + 16 + 8)
    expect(bytes(1, 256)).toBe(header + 16 + 12)
    expect(bytes(1, 65_536)).toBe(header + 16 + 24)
  })

  test('keeps of IPv6 starts only the words that some start needs', () => {
    const bytes = (...prefixes: string[]): number =>
      buildPrefixSet(prefixes.map((text) => entry(text, 1))).byteLength - 32
    expect(bytes('2001:db8::/32')).toBe(2 * 4)
    expect(bytes('2001:db8::/64')).toBe(2 * 8)
    expect(bytes('2001:db8::/65')).toBe(2 * 12)
    expect(bytes('2001:db8::/32', '2001:db9::1')).toBe(4 * 16)
    expect(bytes('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(16)
  })

  test('agrees with looking at every prefix when it is large enough for its index', () => {
    const entries: PrefixEntry[] = []
    for (let i = 0; i < 3000; i++) {
      const length = 12 + (i % 21)
      const size = 2 ** (32 - length)
      const value = Math.floor(((i * 2_654_435_761) % 2 ** 32) / size) * size
      entries.push({ prefix: { address: { version: 4, value }, length }, value: 1 + (i % 2) })
    }
    const set = openPrefixSet(buildPrefixSet(entries))
    expect(set.ranges.ipv4).toBeGreaterThan(2048)
    const edges = [
      address('0.0.0.0'),
      address('255.255.255.255'),
      address('0.0.255.255'),
      address('255.255.0.0'),
    ]
    const sample = [...edges, ...borders(entries.filter((_, i) => i % 7 === 0))]
    expect(sample.filter((a) => set.lookup(a) !== naiveLookup(entries, a))).toEqual([])
  })

  test('agrees with looking at every prefix when most of them lie close together', () => {
    const hosts = Array.from({ length: 400 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 0)
    const entries = hosts.flatMap((n, i): PrefixEntry[] => [
      { prefix: { address: { version: 4, value: 0x0a000000 + (n >>> 18) }, length: 32 }, value: 1 + (i % 3) },
      {
        prefix: { address: { version: 6, words: [0x20010db8, n >>> 12, 0, 0] }, length: 64 },
        value: 1 + (i % 3),
      },
    ])
    const set = openPrefixSet(buildPrefixSet(entries))
    const wrong = [...ENDS, ...borders(entries)].filter((a) => set.lookup(a) !== naiveLookup(entries, a))
    expect(wrong).toEqual([])
  })

  test('opens at an offset without copying', () => {
    const bytes = new Uint8Array(buildPrefixSet([entry('10.0.0.0/8', 2), entry('2001:db8::/32', 1)]))
    const larger = new Uint8Array(bytes.length + 24)
    larger.set(bytes, 8)
    const set = openPrefixSet(larger.buffer, 8, bytes.length)
    expect(set.lookup(address('10.0.0.1'))).toBe(2)
    expect(set.lookup(address('2001:db8::1'))).toBe(1)
  })

  test.each([0, 4_294_967_296, 1.5, -1, Number.NaN])('does not build with the value %d', (value) => {
    expect(() => buildPrefixSet([entry('10.0.0.0/8', value)])).toThrow(RangeError)
  })

  test.each([-1, 33, 0.5])('does not build with the prefix length %d', (length) => {
    const prefix = { address: address('10.0.0.0'), length }
    expect(() => buildPrefixSet([{ prefix, value: 1 }])).toThrow(RangeError)
  })
})

describe('opening corrupt bytes', () => {
  const good = buildPrefixSet([
    entry('10.0.0.0/8', 2),
    entry('172.16.0.0/12', 1),
    entry('2001:db8::/32', 1),
    entry('fe80::/10', 2),
  ])
  function codeOf(open: () => unknown): string {
    try {
      open()
    } catch (error) {
      if (error instanceof PrefixSetError) return error.code
      throw error
    }
    return 'opened'
  }
  function patched(offset: number, value: number): ArrayBuffer {
    const copy = good.slice(0)
    new DataView(copy).setUint32(offset, value, true)
    return copy
  }

  test('names the fault', () => {
    const [n4, n6, lanes] = [4, 4, 1]
    const starts6 = 32 + 4 * n4
    const values = starts6 + 4 * lanes * n6
    expect(codeOf(() => openPrefixSet(good))).toBe('opened')
    expect(codeOf(() => openPrefixSet(good.slice(0, 31)))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(patched(0, 1)))).toBe('bad-magic')
    expect(codeOf(() => openPrefixSet(patched(0, 0x53505058)))).toBe('bad-magic')
    expect(codeOf(() => openPrefixSet(patched(4, 1)))).toBe('unknown-version')
    expect(codeOf(() => openPrefixSet(patched(8, n4 + 1)))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(patched(12, 0xffffffff)))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(patched(16, 0)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(patched(16, 5)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(patched(16, 2)))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(patched(20, 3)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(patched(20, 0)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(patched(24, 1)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(patched(28, 1)))).toBe('bad-header')
    expect(codeOf(() => openPrefixSet(good, 2))).toBe('misaligned')
    expect(codeOf(() => openPrefixSet(good, -4))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(good, 0, good.byteLength + 4))).toBe('bad-length')
    expect(codeOf(() => openPrefixSet(patched(32, 0xffffffff)))).toBe('not-sorted')
    expect(codeOf(() => openPrefixSet(patched(starts6, 0xffffffff)))).toBe('not-sorted')
    expect(codeOf(() => openPrefixSet(patched(values, 0xff)))).toBe('bad-values')
    expect(codeOf(() => openPrefixSet(patched(values + 4, 0xff00)))).toBe('bad-values')
  })

  test('finds a start that is twice there or out of order, at every place and in every word', () => {
    const wide = buildPrefixSet([entry('10.0.0.0/31', 1), entry('2001:db8::1', 1), entry('2001:db8::5', 1)])
    const words = new Uint32Array(wide)
    // From the second start of each family on, the one before is copied over it.
    for (const [at, lanes] of [
      [9, 1],
      [14, 4],
      [18, 4],
      [22, 4],
    ] as const) {
      const copy = wide.slice(0)
      new Uint32Array(copy).copyWithin(at, at - lanes, at)
      expect(
        codeOf(() => openPrefixSet(copy)),
        `start at word ${at}`,
      ).toBe('not-sorted')
    }
    expect(words[2]).toBe(2)
    expect(words[3]).toBe(4)
  })

  test('never fails otherwise, and what opens can be searched', () => {
    const flips = fc.array(fc.tuple(fc.nat(good.byteLength - 1), fc.integer({ min: 1, max: 255 })), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(flips, fc.nat(good.byteLength), (changes, length) => {
        const copy = new Uint8Array(good.slice(0))
        for (const [at, mask] of changes) copy[at] = (copy[at] ?? 0) ^ mask
        for (const buffer of [copy.buffer, copy.buffer.slice(0, length)]) {
          if (codeOf(() => openPrefixSet(buffer)) !== 'opened') continue
          const set = openPrefixSet(buffer)
          for (const a of [...ENDS, address('10.0.0.1'), address('2001:db8::1')])
            expect(set.lookup(a)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 5000 },
    )
  })
})
