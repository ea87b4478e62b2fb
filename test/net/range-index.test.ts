import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RangeIndex } from '../../src/net/range-index.ts'

type Words = [number, number, number, number]

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, word] of a.entries()) if (word !== b[i]) return word - (b[i] ?? 0)
  return 0
}

/** Sorted, without repetition. */
function ordered(keys: readonly Words[]): Words[] {
  return keys.toSorted(compare).filter((key, i, all) => i === 0 || compare(key, all[i - 1] ?? []) !== 0)
}

function indexOf(keys: readonly Words[], lanes: number): RangeIndex {
  return new RangeIndex(Uint32Array.from(keys.flatMap((key) => key.slice(0, lanes))), lanes)
}

/** Counts the keys that are not after the address, by looking at each. */
function naiveRank(keys: readonly Words[], address: Words): number {
  return keys.filter((key) => compare(key, address) <= 0).length
}

/** The address and its neighbours in each word, wrapping round. */
function around(address: Words): Words[] {
  return [0, 1, 2, 3].flatMap((lane) =>
    [-1, 0, 1].map((step): Words => {
      const copy: Words = [...address]
      copy[lane] = ((copy[lane] ?? 0) + step) >>> 0
      return copy
    }),
  )
}

const END = 0xffffffff
const ENDS: Words[] = [
  [0, 0, 0, 0],
  [END, END, END, END],
]

/** `count` numbers that look random. */
function scatter(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 0)
}

/** Sets that crowd at different depths, so that tables stand below tables. */
const CROWDS: readonly (readonly [name: string, lanes: number, keys: Words[]])[] = [
  ['one word, spread out', 1, scatter(3000, 1).map((w): Words => [w, 0, 0, 0])],
  ['one word, all in one /16', 1, scatter(3000, 2).map((w): Words => [0x0a000000 + (w >>> 16), 0, 0, 0])],
  ['one word, neighbours', 1, Array.from({ length: 3000 }, (_, i): Words => [END - i, 0, 0, 0])],
  ['two words, in one /16', 2, scatter(3000, 3).map((w): Words => [0x20010000 + (w >>> 16), w, 0, 0])],
  ['two words, in one /32', 2, scatter(3000, 4).map((w): Words => [0x20010db8, w, 0, 0])],
  ['four words, in one /64', 4, scatter(3000, 5).map((w): Words => [0x20010db8, 7, w >>> 20, w])],
  ['four words, neighbours', 4, Array.from({ length: 3000 }, (_, i): Words => [1, 2, 3, i])],
  [
    'crowds far apart, and the ends',
    4,
    [
      ...ENDS,
      ...scatter(3000, 6).map((w, i): Words => [i % 3 === 0 ? 0xfe800000 : w >>> 31, i % 5, i % 7, w]),
    ],
  ],
  [
    // Each level takes a few bits, until no more tables are made.
    'half of the rest at every bit',
    4,
    Array.from({ length: 128 }, (_, bit) => bit).flatMap((bit) =>
      Array.from({ length: 40 }, (_, i): Words => {
        const key: Words = [0, 0, 0, 0]
        key[bit >> 5] = (1 << (31 - (bit & 31))) >>> 0
        key[3] = (key[3] + i) >>> 0
        return key
      }),
    ),
  ],
]

describe('range index', () => {
  test.each(CROWDS)('agrees with looking at every start: %s', (_, lanes, all) => {
    const keys = ordered(all)
    const index = indexOf(keys, lanes)
    const probes = [...ENDS, ...keys.filter((_key, i) => i % 97 === 0)].flatMap(around)
    const wrong = probes.filter((words) => {
      const rank = naiveRank(keys, words)
      return index.rankOfWords(words) !== rank || (lanes === 1 && index.rankOfWord(words[0]) !== rank)
    })
    expect(wrong).toEqual([])
    expect(probes.length).toBeGreaterThan(100)
  })

  test('agrees with looking at every start of any set', () => {
    const word = fc.oneof(fc.nat(80), fc.constantFrom(0x20010db8, 0x80000000, END), fc.nat(END))
    const key = fc.tuple(word, word, word, word)
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 120, size: 'max' }),
        fc.array(key),
        fc.integer({ min: 1, max: 4 }),
        (all, others, lanes) => {
          const cut = (words: Words): Words => words.map((w, lane) => (lane < lanes ? w : 0)) as Words
          const keys = ordered(all.map(cut))
          const index = indexOf(keys, lanes)
          for (const words of [...ENDS, ...others, ...all, ...keys.slice(0, 10).flatMap(around)]) {
            expect(index.rankOfWords(words)).toBe(naiveRank(keys, words))
            if (lanes === 1) expect(index.rankOfWord(words[0])).toBe(naiveRank(keys, words))
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  test.each(CROWDS.slice(0, -1))('reads few starts, however they crowd: %s', (_, lanes, all) => {
    const keys = ordered(all)
    const starts = Uint32Array.from(keys.flatMap((key) => key.slice(0, lanes)))
    let reads = 0
    const counted = new Proxy(starts, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++
        return Reflect.get(target, key)
      },
    })
    const index = new RangeIndex(counted, lanes)
    let most = 0
    for (const words of keys.flatMap(around)) {
      reads = 0
      index.rankOfWords(words)
      most = Math.max(most, reads)
    }
    // Six starts, each compared in all of its words twice at most. A search of all 3,000 reads twelve.
    expect(most).toBeLessThanOrEqual(lanes === 1 ? 6 : 6 * (lanes + 1))
  })

  test('answers 0 when empty', () => {
    expect(indexOf([], 1).rankOfWord(END)).toBe(0)
    expect(indexOf([], 4).rankOfWords([END, END, END, END])).toBe(0)
  })
})
