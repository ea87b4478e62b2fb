import type { Count, Hit } from '../../../src/ingress/limits/counters.ts'

interface State {
  start: number
  admitted: number[]
  until: number
}

/**
 * The sliding window by its definition: all admitted times are kept and counted anew on each request, and
 * the end of a refusal is found by trying every millisecond. For clocks that do not step back.
 */
export class WindowOracle {
  readonly #states = new Map<string, State>()

  hit(hit: Hit, now: number): Count {
    const period = hit.period * 1000
    const state = this.#states.get(hit.key) ?? { start: now, admitted: [], until: 0 }
    this.#states.set(hit.key, state)
    state.start = this.#startAt(state, period, now)
    if (now < state.until) return { allowed: false, until: state.until, remaining: 0 }
    const room = this.#room(state, hit, now)
    if (room > 0) {
      state.admitted.push(now)
      return { allowed: true, until: 0, remaining: room - 1 }
    }
    let until = now + hit.mitigation_timeout * 1000
    if (hit.mitigation_timeout === 0) {
      while (this.#room(state, hit, until) <= 0) until++
      until = Math.max(until, now + 500)
    }
    state.until = until
    return { allowed: false, until, remaining: 0 }
  }

  #startAt(state: State, period: number, now: number): number {
    if (now - state.start >= 2 * period) return now
    return now - state.start >= period ? state.start + period : state.start
  }

  /** Requests that would be allowed one after the other at `now`. */
  #room(state: State, hit: Hit, now: number): number {
    const period = hit.period * 1000
    const start = this.#startAt(state, period, now)
    const count = (from: number, to: number): number =>
      state.admitted.filter((time) => time >= from && time < to).length
    const current = count(start, start + period)
    // Of the window before only what a window ending now still covers, in parts of a period: exact integers.
    const covered = count(start - period, start) * (period - (now - start))
    let room = 0
    while (covered + (current + room) * period < hit.requests_per_period * period) room++
    return room
  }
}
