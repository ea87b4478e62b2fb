/**
 * `POST /.sallyport/challenge`: takes the solution of a challenge and gives the clearance. Only hygiene, access and
 * bans stand before it.
 *
 * A script gets 204 or a problem document with a stable `code`; a form is led back to where it was, or gets a new
 * challenge. Nothing is done for pages of other sites: what they make a browser send is nobody's solution.
 * @module
 */
import type { ChallengeModel } from '../bundle/bots-model.ts'
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { type Answer, problemAnswer } from '../http/problem.ts'
import type { Challenge } from '../ingress/challenge/challenge.ts'
import { frameOf } from '../ingress/challenge/challenge-answer.ts'
import { challengePage } from '../ingress/challenge/page/challenge-page.ts'
import { resendPage } from '../ingress/challenge/page/resend-page.ts'
import type { NotSolved, Redeemed, Solved } from '../ingress/challenge/redeem.ts'
import { requestKind } from '../ingress/challenge/request-kind.ts'
import { safeReturnPath } from '../ingress/challenge/return-path.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'
import { CROSS_SITE, MALFORMED, NOT_POST, SLOW, toDecision } from './challenge-refusals.ts'
import { isFormHeld, readSolution } from './solution-form.ts'

/** Milliseconds that a form may take. */
const MAX_WAIT = 10_000
/** Milliseconds that who comes too early is kept waiting: more than any wait takes. */
const MAX_HOLD = 5100
/** Milliseconds that a timer may fire too early by the clock that is read then. */
const MARGIN = 20

export interface ChallengeRequest {
  readonly facts: RequestFacts
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The same for what comes after a wait. */
  readonly clock: () => number
  readonly text: () => Promise<string>
  readonly timer: Timer
  /** A new random text of letters, digits, `-` and `_` at each call, of 128 bits or more. */
  readonly draw: () => string
  /** How contradictory the client is, 0 to 100. */
  readonly score?: number
  readonly model?: Pick<ChallengeModel, 'status' | 'template' | 'same_site'> | undefined
}

/** Never rejects, for content that breaks off neither, and waits for none that does not come. */
export async function answerSolution(request: ChallengeRequest, challenge: Challenge): Promise<Response> {
  const { facts, now } = request
  if (facts.method !== 'POST') return refuse(NOT_POST, request)
  if (isCrossSite(facts)) return refuse(CROSS_SITE, request)
  if (!isFormHeld(facts)) return refuse(MALFORMED, request)
  const whole = request.text().then((text) => ({ text }))
  const received = await awaitWithin(whole, MAX_WAIT, request.timer, () => {})
  if (received === 'timeout') return refuse(SLOW, request)
  const form = received === 'error' ? undefined : readSolution(received.text)
  if (form === undefined) return refuse(MALFORMED, request)
  let redeemed: Redeemed = await challenge.redeem(facts, form, now)
  if (!redeemed.ok && redeemed.wait !== undefined) {
    await hold(redeemed.wait, request.timer)
    redeemed = await challenge.redeem(facts, form, request.clock())
  }
  return redeemed.ok ? clear(redeemed, request) : answerFailure(redeemed, form.returnTo, request, challenge)
}

/**
 * `Sec-Fetch-Site` cannot be set by scripts; browsers without it send Origin with each POST (Fetch section 3.2). Hosts
 * of the same site may be somebody else's.
 */
function isCrossSite({ headers, scheme, host }: RequestFacts): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = headers.get('origin')
  return origin !== undefined && origin !== `${scheme}://${host.authority}`
}

/** A person without JavaScript sees one page load slowly instead of one that says to come again. */
function hold(wait: number, timer: Timer): Promise<void> {
  return new Promise((resolve) => {
    timer(Math.min(wait + MARGIN, MAX_HOLD), resolve)
  })
}

function clear({ cookie, returnTo, body }: Solved, request: ChallengeRequest): Response {
  const { facts, requestId } = request
  const given = { 'set-cookie': cookie, 'cache-control': 'no-store', 'sallyport-request-id': requestId }
  if (requestKind(facts) !== 'page') return new Response(null, { status: 204, headers: given })
  if (body === undefined)
    return new Response(null, { status: 303, headers: { ...given, location: returnTo } })
  return respond(resendPage(frameOf(facts, request, 200), body, returnTo), given)
}

/** Who is on the way to a page gets a new challenge, from here or from where it was going. */
function answerFailure(
  { why, again }: NotSolved,
  wish: string | undefined,
  request: ChallengeRequest,
  challenge: Challenge,
): Response {
  const { facts, draw, model, requestId, score = 0 } = request
  if (requestKind(facts) !== 'page') return refuse(toDecision(why), request, why)
  if (again === undefined) {
    const location = safeReturnPath(wish ?? '')
    if (location === undefined) return refuse(toDecision(why), request, why)
    const headers = { location, 'cache-control': 'no-store', 'sallyport-request-id': requestId }
    return new Response(null, { status: 303, headers })
  }
  const { returnTo, body, level, bits } = again
  const intent = { returnTo, bits, ...(body === undefined ? {} : { body }) }
  const issued = challenge.issue(facts, level, score, request.clock(), draw, intent)
  const end = body === undefined ? ({ kind: 'return' } as const) : ({ kind: 'resend', body } as const)
  const page = challengePage({ frame: frameOf(facts, request, model?.status ?? 403), issued, end })
  return respond(page, { 'sallyport-mitigated': 'challenge' })
}

function refuse(decision: Decision, { facts, requestId }: ChallengeRequest, code?: string): Response {
  const answer = problemAnswer(decision, requestId, facts.headers.get('accept'))
  const isDocument = answer.headers['content-type'] === 'application/problem+json'
  // The document ends with its only `}`.
  const body = isDocument ? `${answer.body.slice(0, -2)},"code":"${code ?? 'malformed'}"}\n` : answer.body
  return respond({ ...answer, body }, {})
}

function respond({ status, headers, body }: Answer, more: Readonly<Record<string, string>>): Response {
  return new Response(body, { status, headers: { ...headers, ...more } })
}
