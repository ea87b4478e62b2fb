/**
 * Who is refused until when: a shard's, by client, or an isolate's, by client and isolate.
 * @module
 */

export interface RefusalTimes {
  isRefused(id: number, now: number): boolean
  /** An end before the one that is known changes nothing. */
  refuse(id: number, until: number): void
}

export function createRefusalTimes(): RefusalTimes {
  const ends = new Map<number, number>()
  return {
    isRefused: (id, now) => (ends.get(id) ?? 0) > now,
    refuse(id, until) {
      if (until > (ends.get(id) ?? 0)) ends.set(id, until)
    },
  }
}
