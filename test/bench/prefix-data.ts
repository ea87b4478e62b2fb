/**
 * Prefixes and addresses for the benchmarks of address sets: the same in every run.
 * @module
 */
import type { Address } from '../../src/net/address.ts'
import type { PrefixEntry } from '../../src/net/prefix-ranges.ts'

/** Probes in a list: a power of two, so that taking turns costs one `&`. */
export const PROBES = 4096

export interface PrefixData {
  readonly entries: readonly PrefixEntry[]
  /** Half of the probes are in a prefix of the set, half anywhere. */
  readonly v4: readonly Address[]
  readonly v6: readonly Address[]
}

/** A small generator with a fixed seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}

/** `size` prefixes: four of five IPv4 of /16 to /32, one of five an IPv6 /64 in 2001::/16; two values. */
export function makePrefixData(size: number): PrefixData {
  const random = createRandom(42)
  const entries = Array.from({ length: size }, (_, index): PrefixEntry => {
    const value = 1 + (random() & 1)
    if (index % 5 === 0) {
      const words = [0x20010000 | (random() & 0xffff), random(), 0, 0] as const
      return { prefix: { address: { version: 6, words }, length: 64 }, value }
    }
    const length = 16 + (random() % 17)
    const network = Math.floor(random() / 2 ** (32 - length)) * 2 ** (32 - length)
    return { prefix: { address: { version: 4, value: network }, length }, value }
  })
  const drawn = (version: 4 | 6): PrefixEntry => {
    // Every fifth entry is IPv6.
    const block = (random() % Math.floor(size / 5)) * 5
    return entries[version === 6 ? block : block + 1 + (random() % 4)] as PrefixEntry
  }
  const v4 = Array.from({ length: PROBES }, (_, i): Address => {
    const { address } = drawn(4).prefix
    return { version: 4, value: i % 2 === 0 && address.version === 4 ? address.value : random() }
  })
  const v6 = Array.from({ length: PROBES }, (_, i): Address => {
    const { address } = drawn(6).prefix
    const [a, b] =
      i % 2 === 0 && address.version === 6 ? address.words : [0x20010000 | (random() & 0xffff), random()]
    return { version: 6, words: [a, b, random(), random()] }
  })
  return { entries, v4, v6 }
}
