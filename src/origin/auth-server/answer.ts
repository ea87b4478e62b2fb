/**
 * What a load balancer is told: fields for the application, or the problem for the client.
 * @module
 */
import { type Fact, formatFacts } from '../facts.ts'
import { formatProblem } from '../problem.ts'
import type { Decision } from './decide.ts'

export interface Answer {
  readonly status: 200 | 401 | 403
  /** Names and values by turns. */
  readonly fields: readonly string[]
  readonly body: string
}

function refusal(status: 401 | 403): Answer {
  // Without a request id: what the client learns is the same whichever check failed.
  const { headers, body } = formatProblem({ ok: false, status, failure: 'unsigned' })
  return { status, fields: Object.entries(headers).flat(), body }
}

const REFUSALS = { 401: refusal(401), 403: refusal(403) } as const

/** Without a reason that anybody but the log should know. */
export const REFUSAL: Answer = REFUSALS[403]

/** A health probe: nothing is known of its client. */
const UNSIGNED: Answer = { status: 200, fields: [], body: '' }

/** Fields without those of the transport, except that a problem's length is said. */
export function formatAnswer(decision: Decision, facts: readonly Fact[]): Answer {
  if (!decision.ok) return REFUSALS[decision.status]
  if (!decision.signed) return UNSIGNED
  return { status: 200, fields: formatFacts(decision, facts), body: '' }
}
