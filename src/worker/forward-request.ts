/**
 * Sends a request that has passed to its origin, and makes the answer ours.
 * @module
 */
import { applyHeaderEdits } from '../http/header-edit.ts'
import { describeAssessment } from '../ingress/bots/describe-assessment.ts'
import type { ResponseResult } from '../ingress/rules/rule-run.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { type Forwarded, forward } from '../shield/forward.ts'
import { editHeaders } from '../shield/header-edits.ts'
import type { ForwardRequest } from '../shield/outbound-body.ts'
import type { Route } from '../shield/router.ts'
import { type Answered, isFromOrigin } from './answered.ts'
import { refuseHandshake } from './failed-handshake.ts'
import { finishPage } from './finish-page.ts'
import type { Passage } from './passage.ts'
import { answerRefusal, toResponse } from './refusal.ts'

const NONE: readonly string[] = []
/** Rule ids that travel in the verdict. */
const MAX_LOGGED = 16

/** What of an attempt may differ from the request as it came. */
export type Changes = Partial<Pick<ForwardRequest, 'facts' | 'edits' | 'action'>>

/** Forwards along the request's route. Never rejects but for defects of ours. */
export function sendOn(
  { request, runtime, facts, outcome, requestId }: Passage,
  changes: Changes = {},
): Promise<Forwarded> {
  const { route, logged, bot } = outcome
  if (route === undefined || route.model.action.kind !== 'forward')
    throw new TypeError('a passed request has a route that forwards')
  return forward(
    request,
    {
      facts,
      route: route.model,
      action: route.model.action,
      requestId,
      policy: runtime.stages.version,
      logged: logged.length === 0 ? NONE : logged.slice(0, MAX_LOGGED).map(({ rule }) => rule),
      bodyGuard: runtime.stages.bodies,
      ...(bot ? { bot: describeAssessment(bot) } : {}),
      ...(outcome.requestEdits ? { edits: outcome.requestEdits } : {}),
      ...changes,
    },
    runtime.ports,
  )
}

export async function forwardRequest(passage: Passage): Promise<Answered> {
  const { facts, outcome, requestId } = passage
  const forwarded = await sendOn(passage)
  const { response, failure } = forwarded
  const seen = forwarded.logged ? { logged: forwarded.logged } : {}
  if (failure) {
    const refused = toResponse(await answerRefusal(failure, passage), facts.method)
    // An origin that did not answer has had the work all the same.
    return {
      ...seen,
      response: refused,
      terminal: failure,
      ...(failure.stage === 'forward' ? { fromOrigin: true } : {}),
    }
  }
  const handshake = refuseHandshake(response, passage)
  if (handshake) {
    // It may have failed already: there is nothing left to cancel then.
    response.body?.cancel().catch(() => {})
    const refused = toResponse(await answerRefusal(handshake, passage), facts.method)
    return { ...seen, response: refused, terminal: handshake, fromOrigin: true }
  }
  const own = ownResponse(response, requestId)
  const transformed = editResponse(own, outcome.route, outcome)
  const page = finishPage(own, passage)
  return { ...seen, ...page, terminal: undefined, fromOrigin: isFromOrigin(response), transformed }
}

/** The origin's response with our request id. Its body is not touched; a WebSocket goes through. */
function ownResponse(response: Response, requestId: string): Response {
  const own =
    response.status === 101
      ? new Response(null, { status: 101, webSocket: response.webSocket, headers: response.headers })
      : new Response(response.body, response)
  own.headers.set('sallyport-request-id', requestId)
  return own
}

/** Makes the route's edits and then the rules', which see the response as it was before both. */
export function editResponse(
  response: Response,
  route: Route | undefined,
  outcome: Outcome,
): ResponseResult | undefined {
  const transformed = outcome.transformResponse?.(response)
  if (route) editHeaders(response.headers, route.model.response_headers)
  if (transformed) applyHeaderEdits(response.headers, transformed.edits)
  return transformed
}
