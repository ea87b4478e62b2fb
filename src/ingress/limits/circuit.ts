/**
 * Stops asking what does not answer, so that a dead shard does not cost every request its whole timeout.
 * @module
 */

export interface Circuit {
  /** Whether to ask now. While open, one caller per back-off is let through to find out. */
  admits(now: number): boolean
  /** Whether an answer can be hoped for: no matter who asks, nobody should wait for it while this is true. */
  readonly isOpen: boolean
  succeed(): void
  fail(now: number): void
  /** Opens at once, for what asking again would only make worse. */
  trip(now: number, milliseconds: number): void
}

/** Failures in a row that open the circuit. */
export const FAILURES_TO_OPEN = 3
/** Milliseconds between attempts while open. */
export const BACK_OFF = 1000

export function createCircuit(): Circuit {
  let failures = 0
  let nextAttempt = 0
  let pause = BACK_OFF

  function hold(now: number, milliseconds: number): void {
    // A failure that comes in while the circuit is held open for longer must not shorten that.
    if (now < nextAttempt && nextAttempt - now <= pause && nextAttempt > now + milliseconds) return
    pause = milliseconds
    nextAttempt = now + milliseconds
  }

  return {
    admits(now) {
      if (failures < FAILURES_TO_OPEN) return true
      // A clock that stepped back must not hold the circuit open for longer than it was meant to be.
      if (now < nextAttempt && nextAttempt - now <= pause) return false
      pause = BACK_OFF
      nextAttempt = now + BACK_OFF
      return true
    },
    get isOpen() {
      return failures >= FAILURES_TO_OPEN
    },
    succeed() {
      failures = 0
    },
    fail(now) {
      failures++
      hold(now, BACK_OFF)
    },
    trip(now, milliseconds) {
      failures = Math.max(failures + 1, FAILURES_TO_OPEN)
      hold(now, milliseconds)
    },
  }
}
