/**
 * The requests that are at an origin now. Each has a place; a place that is not given back is taken back.
 * @module
 */

/** Names one stay in one place: a place given back late, after it was taken back, is somebody else's. */
export type Ticket = number

export interface Inflight {
  readonly count: number
  /** Whether fewer than so many are in flight. */
  isBelow(places: number, now: number): boolean
  /** The number of the place that was taken. Only when `isBelow` has said that there is one. */
  enter(now: number): Ticket
  /** Gives a place back; false when it had been taken back before. */
  leave(ticket: Ticket): boolean
}

/**
 * Milliseconds after which a place is taken back. The runtime can end an invocation without a word, when its
 * client leaves or it takes too long: without this, places would leak until none is left.
 */
export const LONGEST_STAY = 120_000
/** Milliseconds between two looks at all places: a flood must not pay for one with each request. */
const SWEEP = 1000

/** @param capacity Most places at the same time; 12 bytes each. */
export function createInflight(capacity: number): Inflight {
  /** When the place was taken; 0: it is free. */
  const since = new Float64Array(capacity)
  /** How often the place was taken. */
  const stays = new Uint32Array(capacity)
  let count = 0
  let swept = 0

  function sweep(now: number): void {
    if (now >= swept && now - swept < SWEEP) return
    swept = now
    for (let place = 0; place < capacity; place++) {
      const start = since[place] ?? 0
      if (start === 0 || (now - start < LONGEST_STAY && start <= now + LONGEST_STAY)) continue
      since[place] = 0
      count--
    }
  }

  return {
    get count() {
      return count
    },
    isBelow(places, now) {
      if (count < places) return true
      sweep(now)
      return count < places
    },
    enter(now) {
      const place = since.indexOf(0)
      since[place] = Math.max(1, now)
      const stay = ((stays[place] ?? 0) + 1) >>> 0
      stays[place] = stay
      count++
      return stay * capacity + place
    },
    leave(ticket) {
      const place = ticket % capacity
      if (since[place] === 0 || stays[place] !== Math.floor(ticket / capacity)) return false
      since[place] = 0
      count--
      return true
    },
  }
}
