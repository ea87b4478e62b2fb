/**
 * Stops asking what does not answer, so that a dead shard does not cost every request its whole timeout.
 * @module
 */

export interface Circuit {
  /** Whether to ask now. While open, one caller per back-off is let through to find out. */
  admits(now: number): boolean
  succeed(): void
  fail(now: number): void
}

/** Failures in a row that open the circuit. */
export const FAILURES_TO_OPEN = 3
/** Milliseconds between attempts while open. */
export const BACK_OFF = 1000

export function createCircuit(): Circuit {
  let failures = 0
  let nextAttempt = 0
  return {
    admits(now) {
      if (failures < FAILURES_TO_OPEN) return true
      // A clock that stepped back must not hold the circuit open for longer than a back-off.
      if (now < nextAttempt && nextAttempt - now <= BACK_OFF) return false
      nextAttempt = now + BACK_OFF
      return true
    },
    succeed() {
      failures = 0
    },
    fail(now) {
      failures++
      nextAttempt = now + BACK_OFF
    },
  }
}
