/**
 * How many isolates share the limits of a shard, as an isolate takes it.
 *
 * A shard counts who has reported to it lately. One that has only begun to, or has lost its memory, counts too few,
 * and every isolate would take the allowance of many. So the highest number of the last minute or two is believed,
 * and in the first minute no less than a guess.
 * @module
 */

export interface IsolateEstimate {
  /** At least 1. */
  readonly count: number
  /** To be told what the shard says. */
  hear(isolates: number, now: number): void
}

/** Milliseconds; as long as a shard remembers an isolate that is silent. */
const SPAN = 60_000

/** @param guess Isolates there are taken to be until the shard has been heard for a while. */
export function createIsolateEstimate(guess: number): IsolateEstimate {
  let highest = 0
  let highestBefore = guess
  let since = -1
  return {
    get count() {
      return Math.max(1, highest, highestBefore)
    },
    hear(isolates, now) {
      // A clock that was set back begins a new span, and forgets nothing.
      if (since < 0 || now < since) since = now
      if (now - since >= SPAN) {
        highestBefore = highest
        highest = 0
        since = now
      }
      highest = Math.max(highest, isolates)
    },
  }
}
