/**
 * When the store is asked again.
 * @module
 */

/** Milliseconds until the next try after the first failure; doubled with each one up to the longest. */
const BACK_OFF = 5000
const LONGEST = 60_000

export interface RefreshSchedule {
  isDue(now: number): boolean
  /** The store was asked and answered something that can be judged for good. */
  succeed(now: number): void
  /** It was not, or what it holds may be usable in a moment. */
  fail(now: number): void
  /** Milliseconds since the epoch of the last answer; 0: none yet. */
  readonly answeredAt: number
}

/** @param fresh Milliseconds that an answer of the store is good for. */
export function createRefreshSchedule(fresh: number): RefreshSchedule {
  let next = 0
  let set = 0
  let failures = 0
  let answeredAt = 0

  function wait(now: number, ms: number): void {
    set = now
    next = now + ms
  }

  return {
    get answeredAt() {
      return answeredAt
    },
    // A clock that was set back would otherwise put the next try out of reach.
    isDue: (now) => now >= next || now < set,
    succeed(now) {
      failures = 0
      answeredAt = now
      wait(now, fresh)
    },
    fail(now) {
      wait(now, Math.min(LONGEST, BACK_OFF * 2 ** Math.min(failures, 10)))
      failures++
    },
  }
}
