/**
 * When the next exchange with a shard is due: soon enough for those who wait, seldom enough whatever clients do.
 * @module
 */
import type { Tuning } from './tuning.ts'

/**
 * It is enough to go along with another question; there is time, but not much; requests are passing on their last
 * grace; a request waits.
 */
export type Urgency = 'aside' | 'ahead' | 'urgent' | 'wait'

export interface Pace {
  /** Milliseconds since the epoch; infinite when nothing has been asked for since the last exchange. */
  readonly due: number
  /**
   * Brings the next exchange forward to when this question is to be sent.
   * @param period Of its limit, in seconds: what is about a short one stays open for a shorter time.
   */
  hasten(urgency: Urgency, now: number, pressure: boolean, period?: number): void
  /** An exchange begins now. */
  begin(now: number): void
}

/** Seconds of a period for which questions stay open as long as the tuning says. */
const FULL_PERIOD = 60

export function createPace(tuning: Tuning): Pace {
  const { burst, idleGapMs, waitGapMs, batchMs, pressureBatchMs } = tuning
  let due = Number.POSITIVE_INFINITY
  let budget = burst
  let refilledAt = 0
  let begunAt = 0

  function refill(now: number): void {
    const gain = (now - refilledAt) / idleGapMs
    // A clock that was set back gives nothing, and is followed.
    budget = Math.min(burst, budget + Math.max(0, gain))
    refilledAt = now
    if (begunAt > now) begunAt = now
  }

  return {
    get due() {
      return due
    },
    hasten(urgency, now, pressure, period = FULL_PERIOD) {
      if (urgency === 'aside') return
      refill(now)
      const batch = (pressure ? pressureBatchMs : batchMs) * Math.min(1, period / FULL_PERIOD)
      const earliest = now + (urgency === 'ahead' ? batch : 0)
      const gap = urgency === 'wait' ? waitGapMs : idleGapMs
      due = Math.min(due, budget >= 1 ? earliest : Math.max(earliest, begunAt + gap))
    },
    begin(now) {
      refill(now)
      budget = Math.max(0, budget - 1)
      begunAt = now
      due = Number.POSITIVE_INFINITY
    },
  }
}
