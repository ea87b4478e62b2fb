/**
 * How many requests one isolate may have at an origin at the same time, found out by watching the answers.
 *
 * The rule is Gradient2 (Netflix, concurrency-limits): a limit grows by the square root of itself while answers
 * come about as fast as they usually do, and shrinks in proportion as they get slower. Drops pull it down on top,
 * as AIMD does, but by their share only: a client that makes the origin say 429 all the time does not speak for
 * the others. Where the origin tells its own load, that number is taken in place of the guess.
 *
 * Every isolate has a limit of its own, so the least must be small: a hundred isolates with a least of 20 would
 * be 2,000 requests that nothing can bring down.
 * @module
 */
import type { OriginLoad } from './origin-load.ts'

export interface ConcurrencyOptions {
  /** Limit of an origin that nothing is known of. */
  readonly initial: number
  readonly min: number
  readonly max: number
  /** Share of the way to a new limit that is gone in one window. */
  readonly smoothing: number
  /** How many times its usual latency an origin may take before the limit shrinks. */
  readonly tolerance: number
  /** What remains of the limit after a window in which every request was dropped. */
  readonly backoff: number
}

/** With a least of 2, one place is always left to critical requests: see `placesFor`. */
export const CONCURRENCY: ConcurrencyOptions = {
  initial: 20,
  min: 2,
  max: 200,
  smoothing: 0.2,
  tolerance: 1.5,
  backoff: 0.9,
}

export interface ConcurrencyLimit {
  /** A whole number from `min` to `max`. */
  readonly limit: number
  /** Milliseconds that the origin usually takes to answer; 0 until it has answered. */
  readonly usual: number
  /**
   * A request was answered.
   * @param latency Milliseconds until the answer, or `undefined` when that says nothing of the origin: the time a
   * client took to upload, the haste of an error.
   * @param inflight Requests at the origin, this one included.
   */
  answered(latency: number | undefined, inflight: number, now: number): void
  /** A request was lost: it timed out, was turned away, or did not reach the origin. */
  dropped(inflight: number, now: number): void
  /** The origin has told its load, while this isolate had so many requests there, the answered one included. */
  told(load: OriginLoad, inflight: number, now: number): void
}

/** A window ends after so many answers if it is at least SHORTEST old, and after LONGEST in any case. */
const ENOUGH = 10
const SHORTEST = 100
const LONGEST = 1000
/** Milliseconds over which the usual latency follows a slower origin, and a faster one. */
const SLOWER = 300_000
const FASTER = 30_000
/** Most milliseconds that one window counts for in the usual latency: a quiet hour proves nothing. */
const MOST_WEIGHT = 10_000
/** Milliseconds for which a told load is believed. */
const FRESH = 10_000

interface Window {
  start: number
  answers: number
  drops: number
  /** Answers whose latency counts, and the sum of their latencies. */
  timed: number
  sum: number
  /** Most requests at the origin at the same time. */
  peak: number
}

export function createConcurrencyLimit(options: ConcurrencyOptions = CONCURRENCY): ConcurrencyLimit {
  const { min, max } = options
  let estimate = Math.min(max, Math.max(min, options.initial))
  let usual = 0
  let share = 0
  let shareEnds = 0
  let window: Window | undefined

  function observe(inflight: number, now: number): Window {
    // A clock that stepped back makes a window that would never end.
    if (window === undefined || now < window.start) window = openWindow(now)
    window.peak = Math.max(window.peak, inflight)
    return window
  }

  function closeIfDue(now: number): void {
    if (window === undefined) return
    const age = now - window.start
    if (age < SHORTEST || (age < LONGEST && window.answers + window.drops < ENOUGH)) return
    const next = estimate + options.smoothing * (findTarget(window, now) - estimate)
    const lost = window.drops / (window.drops + window.answers)
    estimate = clamp(next * (1 - (1 - options.backoff) * lost))
    window = undefined
  }

  function findTarget({ start, timed, sum, answers, peak }: Window, now: number): number {
    const gradient = timed === 0 ? 1 : learn(sum / timed, now - start)
    if (now < shareEnds && shareEnds - now <= FRESH) return clamp(share)
    // Who does not use the limit learns nothing of it; and drops alone are no reason to grow.
    if (answers === 0 || peak * 2 < estimate) return estimate
    return estimate * gradient + Math.sqrt(estimate)
  }

  /** Takes a latency into the usual one and says how the limit should change by it, from 0.5 to 1. */
  function learn(latency: number, age: number): number {
    if (usual === 0) usual = latency
    const gradient = Math.min(1, Math.max(0.5, (options.tolerance * usual) / latency))
    const span = latency > usual ? SLOWER : FASTER
    usual += (latency - usual) * (1 - Math.exp(-Math.min(age, MOST_WEIGHT) / span))
    return gradient
  }

  const clamp = (value: number): number => Math.min(max, Math.max(min, value))

  return {
    get limit() {
      return Math.floor(estimate)
    },
    get usual() {
      return usual
    },
    answered(latency, inflight, now) {
      const current = observe(inflight, now)
      current.answers++
      if (latency !== undefined && Number.isFinite(latency)) {
        current.timed++
        // Clocks count whole milliseconds, and may step back.
        current.sum += Math.max(1, latency)
      }
      closeIfDue(now)
    },
    dropped(inflight, now) {
      observe(inflight, now).drops++
      closeIfDue(now)
    },
    told(load, inflight, now) {
      // Everybody's part grows or shrinks by the same factor, so the isolates need not know of one another.
      share = (Math.max(1, inflight) * load.limit) / Math.max(1, inflight, load.inflight)
      shareEnds = now + FRESH
    },
  }
}

function openWindow(start: number): Window {
  return { start, answers: 0, drops: 0, timed: 0, sum: 0, peak: 0 }
}
