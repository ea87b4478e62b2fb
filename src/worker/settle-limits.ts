/**
 * The limits' part in an answer.
 * @module
 */
import { rateLimitFields } from '../http/rate-limit-fields.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import type { Answered } from './answered.ts'

/** Tells the limits what became of the request, and the client how it stands with them. */
export function settleLimits({ limits }: Outcome, { response, fromOrigin }: Answered): void {
  if (limits === undefined) return
  limits.settle?.(fromOrigin === undefined ? undefined : { response, fromOrigin }, Date.now())
  for (const [name, value] of rateLimitFields(limits.standings ?? [])) response.headers.append(name, value)
}
