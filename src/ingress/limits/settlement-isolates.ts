/**
 * How many isolates share the limits of a shard: those that have lately reported to it.
 * @module
 */

export interface KnownIsolates {
  hear(isolate: number, now: number): void
  /** At least 1. */
  count(now: number): number
  /** Milliseconds since the epoch from which on all isolates have been listened to. */
  readonly since: number
  entries(): Iterable<readonly [isolate: number, heard: number]>
  restore(entries: Iterable<readonly [isolate: number, heard: number]>, since: number): void
}

/** Milliseconds of silence after which an isolate is thought to be gone. */
export const SILENCE = 60_000
/** Isolates told apart; more are not counted. */
export const MAX_ISOLATES = 1024
/**
 * Isolates there are said to be until all have had time to report. A shard that has just begun would say 1, and
 * each isolate would take the allowance of all.
 */
export const FIRST_GUESS = 8

export function createKnownIsolates(): KnownIsolates {
  // In the order in which they were heard, so that the silent ones are at the front.
  const heardAt = new Map<number, number>()
  let since = -1

  function forget(now: number): void {
    for (const [isolate, heard] of heardAt) {
      // Heard of in the future: the clock has stepped back.
      if (now - heard < SILENCE && heard <= now + SILENCE) return
      heardAt.delete(isolate)
    }
  }

  return {
    get since() {
      return since
    },
    hear(isolate, now) {
      if (since < 0 || since > now) since = now
      heardAt.delete(isolate)
      forget(now)
      if (heardAt.size < MAX_ISOLATES) heardAt.set(isolate, now)
    },
    count(now) {
      forget(now)
      const least = now - since < SILENCE ? FIRST_GUESS : 1
      return Math.max(heardAt.size, least)
    },
    entries: () => heardAt.entries(),
    restore(entries, heardSince) {
      for (const [isolate, heard] of entries) if (heardAt.size < MAX_ISOLATES) heardAt.set(isolate, heard)
      since = heardSince
    },
  }
}
