/**
 * Stops sending to an origin that mostly fails, and lets one request at a time find out whether it is back.
 *
 * Only failures that no client can bring about at will should be told to it, or a broken page of the origin
 * would be a switch that turns the whole origin off.
 * @module
 */

export type CircuitState = 'closed' | 'open' | 'half-open'

/** `probe`: this request finds out whether the origin is back, and the circuit waits for what becomes of it. */
export type Passage = 'pass' | 'probe' | 'refuse'

export interface OriginCircuit {
  stateAt(now: number): CircuitState
  /** @param trusted Whether the request may be the probe: what a suspect sends says little of the origin. */
  admit(now: number, trusted: boolean): Passage
  /** What became of a request that was let through. */
  record(ok: boolean, probe: boolean, now: number): void
  /** A probe ended in a way that says nothing of the origin: the next one may go at once. */
  abandon(): void
  /** Milliseconds until a request may go through again; 0 when one may now. */
  waitAt(now: number): number
}

const SECONDS = 10
/** Requests in the last ten seconds below which a ratio says nothing. */
export const MIN_VOLUME = 10
/** Share of failures that opens the circuit. */
export const OPENING_RATIO = 0.5
/** Milliseconds of the first opening; each probe that fails doubles it. */
export const FIRST_OPENING = 5000
export const LONGEST_OPENING = 60_000
/** Milliseconds after which a probe that was never heard of again is given up: its request was ended. */
export const PROBE_PATIENCE = 30_000
/** Milliseconds that a due probe waits for a request that is not suspected. */
export const TRUST_PATIENCE = 10_000

export function createOriginCircuit(): OriginCircuit {
  const total = new Uint32Array(SECONDS)
  const failed = new Uint32Array(SECONDS)
  let second = 0
  /** 0 while closed; otherwise when a probe may go, and for how long the circuit was opened. */
  let due = 0
  let opening = 0
  /** When the running probe is given up; 0: there is none. */
  let probeEnds = 0

  /** Index of this second's sums, with those cleared that have become too old. */
  function turnTo(now: number): number {
    const current = Math.floor(now / 1000)
    const passed = current - second
    if (passed < 0 || passed >= SECONDS) {
      total.fill(0)
      failed.fill(0)
    } else {
      for (let step = 1; step <= passed; step++) {
        total[(second + step) % SECONDS] = 0
        failed[(second + step) % SECONDS] = 0
      }
    }
    second = current
    return current % SECONDS
  }

  function isFailing(): boolean {
    const all = sum(total)
    return all >= MIN_VOLUME && sum(failed) >= all * OPENING_RATIO
  }

  function open(now: number): void {
    opening = Math.min(LONGEST_OPENING, opening === 0 ? FIRST_OPENING : opening * 2)
    due = now + opening
    probeEnds = 0
  }

  function close(): void {
    due = 0
    opening = 0
    probeEnds = 0
    total.fill(0)
    failed.fill(0)
  }

  /** A clock that stepped back must not hold the circuit open for longer than it was opened. */
  const isResting = (now: number): boolean => now < due && due - now <= opening
  const isProbing = (now: number): boolean => now < probeEnds && probeEnds - now <= PROBE_PATIENCE

  return {
    stateAt(now) {
      return due === 0 ? 'closed' : isResting(now) ? 'open' : 'half-open'
    },
    admit(now, trusted) {
      if (due === 0) return 'pass'
      if (isResting(now) || isProbing(now)) return 'refuse'
      if (!trusted && now >= due && now < due + TRUST_PATIENCE) return 'refuse'
      probeEnds = now + PROBE_PATIENCE
      return 'probe'
    },
    record(ok, probe, now) {
      if (probe) {
        // One that was given up may still tell that the origin is back, and no more.
        if (ok) close()
        else if (due !== 0 && !isResting(now)) open(now)
        return
      }
      // What was sent before the circuit opened is no news.
      if (due !== 0) return
      const index = turnTo(now)
      total[index] = (total[index] ?? 0) + 1
      if (ok) return
      failed[index] = (failed[index] ?? 0) + 1
      if (isFailing()) open(now)
    },
    abandon() {
      probeEnds = 0
    },
    waitAt(now) {
      if (isResting(now)) return due - now
      return due !== 0 && isProbing(now) ? Math.min(FIRST_OPENING, probeEnds - now) : 0
    },
  }
}

function sum(values: Uint32Array): number {
  let all = 0
  for (const value of values) all += value
  return all
}
