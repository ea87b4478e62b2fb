/**
 * How many requests may be sent to an origin again: retries help while failures are few, and finish an origin
 * off when they are many.
 * @module
 */

/** Retries that each first try pays for. */
export const RETRY_SHARE = 0.1
/** Retries per second that are free, for origins with little traffic. */
export const FREE_PER_SECOND = 1
/** Most retries that can be saved up. */
export const MOST_SAVED = 10

/**
 * In any stretch of time: retries ≤ RETRY_SHARE × first tries + FREE_PER_SECOND × seconds + what was saved up
 * before, which is MOST_SAVED at most and one retry at the start.
 */
export interface RetryBudget {
  /** A request was sent. A retry, too, is one: it has paid this back when it was granted. */
  deposit(): void
  /** Takes a retry from the budget, or says that there is none. */
  withdraw(now: number): boolean
}

/** @param now Milliseconds since the epoch. */
export function createRetryBudget(now: number): RetryBudget {
  let saved = 1
  let last = now
  return {
    deposit() {
      saved = Math.min(MOST_SAVED, saved + RETRY_SHARE)
    },
    withdraw(time) {
      const elapsed = Math.max(0, time - last)
      last = time
      saved = Math.min(MOST_SAVED, saved + (elapsed / 1000) * FREE_PER_SECOND)
      if (saved < 1) return false
      saved -= 1 + RETRY_SHARE
      return true
    },
  }
}
