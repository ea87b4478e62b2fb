/**
 * What a challenged client is answered: a page that it can solve when it is a browser on its way to a page, a
 * problem document when it is anything else.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { type Answer, prefersHtml, problemAnswer } from '../../http/problem.ts'
import type { Challenge } from './challenge.ts'
import { challengePage } from './page.ts'

export interface ChallengeMoment {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** A new random text of letters, digits, `-` and `_` at each call, 16 to 64 characters. */
  readonly draw: () => string
}

/** Scripts of a page look for this field to tell a challenge from a refusal. */
const MITIGATED = { 'sallyport-mitigated': 'challenge', 'cache-control': 'no-store' }

export function challengeAnswer(
  decision: Decision,
  facts: RequestFacts,
  { requestId, now, draw }: ChallengeMoment,
  challenge: Challenge,
): Answer {
  if (!isNavigation(facts)) {
    const { status, headers, body } = problemAnswer(decision, requestId, undefined)
    return { status, headers: { ...headers, ...MITIGATED }, body }
  }
  const issued = challenge.issue(facts, decision.challenge ?? 'managed_challenge', draw(), now)
  // Content that a form has sent is gone: the page leads back to the address, which shows the form again.
  const isRepeatable = facts.method === 'GET' || facts.method === 'HEAD'
  const page = challengePage({ ...issued, status: decision.status, requestId, nonce: draw(), isRepeatable })
  const common = { 'sallyport-request-id': requestId, 'x-content-type-options': 'nosniff', ...MITIGATED }
  return { ...page, headers: { ...page.headers, ...common } }
}

/**
 * A browser on its way to a page: with GET, or with POST as a form sends it. `Sec-Fetch-Mode` is set by the browser
 * alone (Fetch Metadata section 2.3); older ones are known by Accept.
 */
function isNavigation({ method, headers }: RequestFacts): boolean {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return false
  const mode = headers.get('sec-fetch-mode')
  return mode === undefined ? prefersHtml(headers.get('accept')) : mode === 'navigate'
}

/** A preflight carries neither cookies nor a person (Fetch section 3.3.7): it cannot solve anything. */
export function isPreflight({ method, headers }: RequestFacts): boolean {
  return (
    method === 'OPTIONS' &&
    headers.get('origin') !== undefined &&
    headers.get('access-control-request-method') !== undefined
  )
}
