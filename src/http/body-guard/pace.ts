/**
 * How slowly content may come. Only time spent waiting for the client counts: an origin that reads slowly is not
 * the client's fault.
 * @module
 */
import type { PaceBounds } from './body-bounds.ts'

/** Milliseconds before the rate counts: connections begin slowly. */
const GRACE_MS = 5_000
/** Milliseconds without a byte in which a phone finds its network again; nobody is waited for longer. */
const MAX_GAP_MS = 60_000

/** Milliseconds of waiting at which content is too slow, with what has come of it. */
export function dueAt(bounds: PaceBounds, received: number, lastReceived: number): number {
  const { first_byte_ms, deadline_ms, min_rate } = bounds
  if (received === 0) return Math.min(first_byte_ms, deadline_ms)
  const byRate = min_rate === 0 ? Number.POSITIVE_INFINITY : Math.max(GRACE_MS, (received / min_rate) * 1000)
  return Math.min(deadline_ms, byRate, lastReceived + MAX_GAP_MS)
}

/** Calls `fire` after so many milliseconds, unless the returned function is called first. */
export type PaceTimer = (ms: number, fire: () => void) => () => void

export interface PaceClock {
  /** Milliseconds; only differences count. */
  readonly now: () => number
  readonly timer: PaceTimer
}

export interface Pace {
  /** The client is waited for from now on. */
  wait(): void
  /** So many bytes have come. */
  receive(bytes: number): void
  /** Nothing more is expected. */
  stop(): void
}

/**
 * One timer at a time, set again only when it fires: pieces cost two looks at the clock.
 * @param onSlow Called once, while the client is waited for.
 */
export function createPace(bounds: PaceBounds, { now, timer }: PaceClock, onSlow: () => void): Pace {
  let received = 0
  let waited = 0
  let lastReceived = 0
  let since: number | undefined
  let cancel: (() => void) | undefined
  let isOver = false

  function look(): void {
    cancel = undefined
    if (since === undefined) return
    const spent = waited + Math.max(0, now() - since)
    const left = dueAt(bounds, received, lastReceived) - spent
    if (left <= 0) {
      isOver = true
      onSlow()
      return
    }
    // Clocks and timers differ by a little: never spin.
    cancel = timer(Math.max(left, MIN_TIMER_MS), look)
  }

  function unset(): void {
    cancel?.()
    cancel = undefined
  }

  return {
    wait() {
      since = now()
      if (cancel === undefined && !isOver) look()
    },
    receive(bytes) {
      if (since !== undefined) waited += Math.max(0, now() - since)
      since = undefined
      // The rate may ask for more before the time for the first byte is over.
      if (received === 0) unset()
      received += bytes
      if (bytes > 0) lastReceived = waited
    },
    stop() {
      since = undefined
      isOver = true
      unset()
    },
  }
}

const MIN_TIMER_MS = 10
