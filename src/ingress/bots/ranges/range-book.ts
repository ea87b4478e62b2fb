/**
 * Which operators' published ranges hold an address: the snapshots of the policy, and what has been fetched since.
 * @module
 */
import type { RangeSourceModel } from '../../../bundle/bots-model.ts'
import type { Address } from '../../../net/address.ts'
import type { PrefixSet } from '../../../net/prefix-set.ts'

/**
 * `outside` is a proof: all lists that were asked are there and recent, and none has the address. `unknown`: at
 * least one list that could have it is missing or too old to say no.
 */
export type RangeFinding = 'inside' | 'outside' | 'unknown'

export interface RangeAge {
  readonly id: string
  /** Entries of the list as it was published; 0 when there is none. */
  readonly count: number
  /** Seconds since it was fetched; absent when there is none. */
  readonly age?: number
}

export interface RangeBook {
  /** @param now Milliseconds since the epoch. An id that no source has is a list that is missing. */
  find(address: Address | undefined, sourceIds: readonly string[], now: number): RangeFinding
  /**
   * Takes a newer list; an older one than that at hand, and one of a source that the policy does not have, are let go.
   * @param fetched Seconds since the epoch. @param count Entries as published.
   */
  replace(id: string, set: PrefixSet, fetched: number, count?: number): void
  /** All sources of the policy. @param now Milliseconds since the epoch. */
  ages(now: number): readonly RangeAge[]
}

interface Entry {
  set: PrefixSet | undefined
  fetched: number
  count: number
}

/**
 * Seconds after which a list says nothing at all. Most of these addresses are rented from clouds: who had one half a
 * year ago need not have it now.
 */
export const FORGOTTEN: number = 180 * 86_400

/**
 * @param openSet The set of a snapshot, by the name of its part.
 * @param maxAge Seconds after which a list proves nothing against an address that is not on it.
 */
export function createRangeBook(
  sources: readonly RangeSourceModel[],
  openSet: (part: string) => PrefixSet,
  maxAge: number,
): RangeBook {
  const entries = new Map(
    sources.map(({ id, snapshot }): [string, Entry] => [
      id,
      snapshot
        ? { set: openSet(snapshot.part), fetched: snapshot.fetched, count: snapshot.count }
        : { set: undefined, fetched: 0, count: 0 },
    ]),
  )
  return {
    find(address, sourceIds, now) {
      if (address === undefined || sourceIds.length === 0) return 'unknown'
      const seconds = now / 1000
      let isProof = true
      for (const id of sourceIds) {
        const entry = entries.get(id)
        const age = entry?.set === undefined ? Number.POSITIVE_INFINITY : seconds - entry.fetched
        if (age > maxAge) isProof = false
        if (age <= FORGOTTEN && entry?.set?.has(address)) return 'inside'
      }
      return isProof ? 'outside' : 'unknown'
    },
    replace(id, set, fetched, count = set.ranges.ipv4 + set.ranges.ipv6) {
      const entry = entries.get(id)
      if (entry === undefined || (entry.set !== undefined && fetched < entry.fetched)) return
      entry.set = set
      entry.fetched = fetched
      entry.count = count
    },
    ages: (now) =>
      [...entries].map(([id, { set, fetched, count }]) => ({
        id,
        count,
        ...(set ? { age: Math.max(0, Math.round(now / 1000 - fetched)) } : {}),
      })),
  }
}
