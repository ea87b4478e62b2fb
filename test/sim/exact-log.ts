/**
 * The limit as it is meant: a log of every request let through, asked without delay. What it does with one
 * client's requests is what schemes are measured against.
 * @module
 */

export interface ExactTerms {
  readonly limit: number
  /** Milliseconds. */
  readonly period: number
  /** Milliseconds; 0 throttles. */
  readonly mitigation: number
}

export interface ExactResult {
  readonly admitted: number
  /** Time of the first request over the limit, or -1 when there is none. */
  readonly violatedAt: number
}

/**
 * A request passes when fewer than `limit` have passed in the `period` before it. One that does not begins a
 * refusal of the length `mitigation`.
 * @param times In milliseconds, ascending.
 */
export function judgeExactly(times: Float64Array, { limit, period, mitigation }: ExactTerms): ExactResult {
  /** The last `limit` requests that passed, as a ring. */
  const passed = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY)
  let admitted = 0
  let until = Number.NEGATIVE_INFINITY
  let violatedAt = -1
  for (const at of times) {
    if (at < until) continue
    const slot = admitted % limit
    if ((passed[slot] as number) <= at - period) {
      passed[slot] = at
      admitted++
      continue
    }
    if (violatedAt < 0) violatedAt = at
    until = at + mitigation
  }
  return { admitted, violatedAt }
}

/** The most of `times` that lie in any span of that length. Ascending; spans are open at their end. */
export function findPeak(times: Float64Array, span: number): number {
  let peak = 0
  let from = 0
  for (let to = 0; to < times.length; to++) {
    while ((times[from] as number) <= (times[to] as number) - span) from++
    peak = Math.max(peak, to - from + 1)
  }
  return peak
}
