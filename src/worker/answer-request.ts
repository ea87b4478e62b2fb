/**
 * What becomes of a request that was decided: an answer of our own, of the policy, or of the origin.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { applyHeaderEdits } from '../http/header-edit.ts'
import { type Answer, problemAnswer } from '../http/problem.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/challenge.ts'
import { challengeAnswer } from '../ingress/challenge/challenge-answer.ts'
import type { ResponseResult } from '../ingress/rules/rule-run.ts'
import type { Outcome } from '../pipeline/decide.ts'
import { endsAtOwnEndpoint, OWN_ENDPOINT } from '../pipeline/own-endpoint.ts'
import { forward } from '../shield/forward.ts'
import { editHeaders } from '../shield/header-edits.ts'
import { answerRoute } from '../shield/route-answer.ts'
import type { Route } from '../shield/router.ts'
import { type Answered, isFromOrigin } from './answered.ts'
import { answerSolution } from './challenge-endpoint.ts'
import type { Runtime } from './runtime.ts'
import { drawNonce } from './signing.ts'
import { startTimer } from './start-timer.ts'

/** Serves the operator's own endpoints below `/.sallyport/`. */
export type Endpoints = (
  request: Request,
  requestId: string,
  facts: RequestFacts,
) => Response | Promise<Response>

/** One request on its way through. */
export interface Passage {
  readonly request: Request
  readonly runtime: Runtime
  readonly facts: RequestFacts
  readonly outcome: Outcome
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly started: number
}

/** Lets a request meet what was decided, whatever that is. Rejects only for defects of ours. */
export async function answer(passage: Passage, endpoints: Endpoints): Promise<Answered> {
  const { request, facts, outcome, requestId } = passage
  const { terminal, route } = outcome
  if (endsAtOwnEndpoint(facts.target.path, terminal)) {
    const response =
      facts.target.path === CHALLENGE_PATH
        ? await takeSolution(passage)
        : await endpoints(request, requestId, facts)
    return { response, terminal: OWN_ENDPOINT }
  }
  if (terminal === undefined) return pass(passage)
  if (terminal.stage === 'route' && terminal.action !== 'block' && route)
    return answerByRoute(passage, terminal, route)
  return { response: toResponse(refusalOf(terminal, passage), facts.method), terminal }
}

function takeSolution({ request, runtime, facts, requestId, started }: Passage): Promise<Response> {
  const text = (): Promise<string> => request.text()
  return answerSolution({ facts, requestId, now: started, text, timer: startTimer }, runtime.stages.challenge)
}

/** The answer of a decision that is not a route's. */
function refusalOf(decision: Decision, { runtime, facts, requestId, started }: Passage): Answer {
  if (decision.location !== undefined) {
    const headers = { location: decision.location, 'sallyport-request-id': requestId }
    return { status: decision.status, headers, body: '' }
  }
  if (decision.action === 'challenge') {
    const moment = { requestId, now: started, draw: drawNonce }
    return challengeAnswer(decision, facts, moment, runtime.stages.challenge)
  }
  return problemAnswer(decision, requestId, facts.headers.get('accept'))
}

function answerByRoute(passage: Passage, terminal: Decision, route: Route): Answered {
  const { facts, requestId, outcome } = passage
  const own = answerRoute(route.model, facts, requestId)
  if (own === undefined) throw new TypeError('a route that ends a request answers it')
  const response = toResponse(own, facts.method)
  return { response, terminal, fromOrigin: false, transformed: editResponse(response, route, outcome) }
}

function toResponse(answer: Answer, method: string): Response {
  return new Response(method === 'HEAD' ? null : answer.body, {
    status: answer.status,
    headers: answer.headers,
  })
}

async function pass(passage: Passage): Promise<Answered> {
  const { request, runtime, facts, outcome, requestId } = passage
  const { route } = outcome
  if (route === undefined || route.model.action.kind !== 'forward')
    throw new TypeError('a passed request has a route that forwards')
  const logged =
    outcome.logged.length === 0 ? NONE : outcome.logged.slice(0, MAX_LOGGED).map(({ rule }) => rule)
  const forwarded = await forward(
    request,
    {
      facts,
      route: route.model,
      action: route.model.action,
      requestId,
      policy: runtime.stages.version,
      logged,
      bodyGuard: runtime.stages.bodies,
      ...(outcome.requestEdits ? { edits: outcome.requestEdits } : {}),
    },
    runtime.ports,
  )
  const { response, failure } = forwarded
  const seen = forwarded.logged ? { logged: forwarded.logged } : {}
  if (failure) {
    const response = toResponse(refusalOf(failure, passage), facts.method)
    // An origin that did not answer has had the work all the same.
    return {
      ...seen,
      response,
      terminal: failure,
      ...(failure.stage === 'forward' ? { fromOrigin: true } : {}),
    }
  }
  const own = ownResponse(response, requestId)
  const fromOrigin = isFromOrigin(response)
  return {
    ...seen,
    response: own,
    terminal: undefined,
    fromOrigin,
    transformed: editResponse(own, route, outcome),
  }
}

const NONE: readonly string[] = []
/** Rule ids that travel in the verdict. */
const MAX_LOGGED = 16

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
function editResponse(response: Response, route: Route, outcome: Outcome): ResponseResult | undefined {
  const transformed = outcome.transformResponse?.(response)
  editHeaders(response.headers, route.model.response_headers)
  if (transformed) applyHeaderEdits(response.headers, transformed.edits)
  return transformed
}
