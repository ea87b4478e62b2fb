/**
 * How a client stands with the limits, as response fields: RateLimit-Policy and RateLimit
 * (draft-ietf-httpapi-ratelimit-headers-10), both lists of structured fields (RFC 9651).
 * @module
 */

/** How one limit stands for a client. */
export interface Standing {
  /** Lower-case letters, digits and `-`. */
  readonly id: string
  /** Requests that pass in a period. */
  readonly limit: number
  /** Seconds. */
  readonly period: number
  readonly remaining: number
  /** Seconds until the window ends, or the refusal. */
  readonly reset: number
}

const policyOf = ({ id, limit, period }: Standing): string => `"${id}";q=${limit};w=${period}`

const stateOf = ({ id, remaining, reset }: Standing): string =>
  `"${id}";r=${Math.max(0, Math.floor(remaining))};t=${Math.max(0, Math.ceil(reset))}`

/**
 * The two fields by name. An origin that limits too may have sent some of its own: they are lists, so these
 * are to be appended.
 */
export function rateLimitFields(
  standings: readonly Standing[],
): readonly (readonly [name: string, value: string])[] {
  if (standings.length === 0) return []
  return [
    ['ratelimit-policy', standings.map(policyOf).join(', ')],
    ['ratelimit', standings.map(stateOf).join(', ')],
  ]
}
