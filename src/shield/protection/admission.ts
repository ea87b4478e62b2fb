/**
 * Whether a request may go to its origin, and how it is told at its end what became of it.
 * @module
 */
import type { OriginLoad } from './origin-load.ts'
import type { OriginState } from './origin-state.ts'

/**
 * - `timeout`: it did not answer in time
 * - `connect`: it could not be reached, or broke off
 * - `overload`: it has turned the request away and said when to come back (503 or 429 with Retry-After)
 * - `gateway`: something before it, or itself, says that it is not there (502, 503, 504, 520 to 527)
 */
export type FailureKind = 'timeout' | 'connect' | 'overload' | 'gateway'

/** A request that may go. Exactly one of the three is to be called at its end; later calls do nothing. */
export interface Admitted {
  readonly admitted: true
  /**
   * @param latency Milliseconds from sending to the answer's header section; `undefined` when that says nothing
   * of the origin.
   */
  succeed(latency: number | undefined, now: number, load?: OriginLoad): void
  fail(kind: FailureKind, now: number): void
  /** It ended by the client's doing. */
  ignore(): void
}

/** A request that must be answered with 503. */
export interface Shed {
  readonly admitted: false
  /** Too many at the origin already, or the origin is down. */
  readonly cause: 'full' | 'down'
  /** Seconds, spread out so that not all come back at once. */
  readonly retryAfter: number
}

export type Admission = Admitted | Shed

/** Takes a place at the origin. @param count Told each failure. */
export function admitTo(
  { circuit, inflight, limit, retries }: OriginState,
  probe: boolean,
  now: number,
  count: (kind: FailureKind) => void,
): Admitted {
  const ticket = inflight.enter(now)
  retries.deposit()
  let isOver = false

  /** Requests at the origin with this one, or 0 when it has ended before. */
  function end(): number {
    if (isOver) return 0
    isOver = true
    const before = inflight.count
    // A place that was taken back is not counted any more, but what became of the request is still news.
    return inflight.leave(ticket) ? before : before + 1
  }

  return {
    admitted: true,
    succeed(latency, time, load) {
      const others = end()
      if (others === 0) return
      circuit.record(true, probe, time)
      if (load !== undefined) limit.told(load, others, time)
      limit.answered(latency, others, time)
    },
    fail(kind, time) {
      const others = end()
      if (others === 0) return
      count(kind)
      // An origin that turns requests away is there: slowing down is the cure, not leaving it alone.
      circuit.record(kind === 'overload', probe, time)
      if (kind === 'gateway') limit.answered(undefined, others, time)
      else limit.dropped(others, time)
    },
    ignore() {
      if (end() !== 0 && probe) circuit.abandon()
    },
  }
}
