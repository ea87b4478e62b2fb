/**
 * `POST /.sallyport/challenge`: takes the solution of a challenge and gives the clearance. Only hygiene and
 * access stand before it.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { problemAnswer } from '../http/problem.ts'
import type { Challenge, RedeemFailure } from '../ingress/challenge/challenge.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'

/** Bytes of a form: a token and a number are less than 200. */
const MAX_FORM = 1024
/** Milliseconds that a form may take: it is one packet. */
const MAX_WAIT = 10_000
const FORM = 'application/x-www-form-urlencoded'

export interface ChallengeRequest {
  readonly facts: RequestFacts
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly text: () => Promise<string>
  readonly timer: Timer
}

/** Never rejects, for content that breaks off neither, and waits for none that does not come. */
export async function answerSolution(request: ChallengeRequest, challenge: Challenge): Promise<Response> {
  const { facts, requestId, now } = request
  const refused = checkForm(facts)
  if (refused) return refuse(refused, request)
  const whole = request.text().then((text) => ({ text }))
  const received = await awaitWithin(whole, MAX_WAIT, request.timer, () => {})
  if (received === 'timeout') return refuse(SLOW, request)
  const form = new URLSearchParams(received === 'error' ? '' : received.text)
  const redeemed = challenge.redeem(facts, form.get('token') ?? '', form.get('solution') ?? '', now)
  if (!redeemed.ok) return refuse(FAILURES[redeemed.why], request)
  return new Response(null, {
    status: 204,
    headers: {
      'set-cookie': redeemed.cookie,
      'cache-control': 'no-store',
      'sallyport-request-id': requestId,
    },
  })
}

/** A declared length is held to by the runtime's parser, so no more than this is ever read. */
function checkForm({ method, headers }: RequestFacts): Decision | undefined {
  if (method !== 'POST') return NOT_POST
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  return length > 0 && length <= MAX_FORM && type === FORM ? undefined : FAILURES.malformed
}

function refuse(decision: Decision, { facts, requestId }: ChallengeRequest): Response {
  const answer = problemAnswer(decision, requestId, facts.headers.get('accept'))
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

const base = { action: 'block', stage: 'route', rule: 'route.challenge', mode: 'enforce' } as const

const NOT_POST: Decision = {
  ...base,
  reason: 'Solutions of challenges are sent with POST.',
  status: 405,
  allow: ['POST'],
}

const SLOW: Decision = {
  ...base,
  reason: 'The solution was sent too slowly.',
  status: 408,
  close: true,
}

const FAILURES: Readonly<Record<RedeemFailure, Decision>> = {
  malformed: {
    ...base,
    reason: `A solution is a form (${FORM}) of at most ${MAX_FORM} bytes with token and solution.`,
    status: 400,
  },
  forged: {
    ...base,
    reason: 'The challenge was not made for this client and this site.',
    status: 403,
  },
  expired: {
    ...base,
    reason: 'The challenge has expired. Reload the page for a new one.',
    status: 403,
  },
  unsolved: {
    ...base,
    reason: 'The solution does not solve the challenge.',
    status: 403,
  },
}
