/**
 * One request through the edge: facts, decision, answer or origin, record.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { applyHeaderEdits } from '../http/header-edit.ts'
import { type Answer, problemAnswer } from '../http/problem.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/challenge.ts'
import { challengeAnswer } from '../ingress/challenge/challenge-answer.ts'
import type { ResponseResult } from '../ingress/rules/rule-run.ts'
import { decide, type Outcome } from '../pipeline/decide.ts'
import { endsAtOwnEndpoint, OWN_ENDPOINT } from '../pipeline/own-endpoint.ts'
import { forward } from '../shield/forward.ts'
import { editHeaders } from '../shield/header-edits.ts'
import { answerRoute } from '../shield/route-answer.ts'
import type { Route } from '../shield/router.ts'
import { answerSolution } from './challenge-endpoint.ts'
import { drawRequestId } from './draw-request-id.ts'
import { drawSeed } from './draw-seed.ts'
import { readRequest } from './read-request.ts'
import type { Runtime } from './runtime.ts'
import { drawNonce } from './signing.ts'
import { startTimer } from './start-timer.ts'

/** The part of the execution context that is used. */
export type Context = Pick<ExecutionContext, 'waitUntil'>

/** Serves the operator's own endpoints below `/.sallyport/`. */
export type Endpoints = (request: Request, requestId: string) => Response | Promise<Response>

export async function handleRequest(
  request: Request,
  runtime: Runtime,
  context: Context,
  endpoints: Endpoints,
): Promise<Response> {
  const started = Date.now()
  const requestId = drawRequestId(started)
  const facts = readRequest(request, runtime.readClient)
  const { stages } = runtime
  const outcome = await decide(facts, stages, started, { drawSeed })
  const { response, terminal, transformed } = await answer(
    { request, runtime, facts, outcome, requestId, started },
    endpoints,
  )
  const matched = concat(outcome.matched, transformed?.matched)
  const leftOut = runtime.recorder.record({
    requestId,
    facts,
    terminal,
    logged: transformed ? [...outcome.logged, ...transformed.logged] : outcome.logged,
    ...(matched.length === 0 ? {} : { matched }),
    route: outcome.route?.model.id,
    policy: stages.version,
    status: response.status,
    started,
    ended: Date.now(),
  })
  if (leftOut) context.waitUntil(flushSoon(runtime))
  return response
}

/** One request on its way through. */
interface Passage {
  readonly request: Request
  readonly runtime: Runtime
  readonly facts: RequestFacts
  readonly outcome: Outcome
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly started: number
}

interface Answered {
  readonly response: Response
  readonly terminal: Decision | undefined
  /** What the rules made of the response, when they looked at it. */
  readonly transformed?: ResponseResult | undefined
}

async function answer(passage: Passage, endpoints: Endpoints): Promise<Answered> {
  const { request, facts, outcome, requestId } = passage
  const { terminal, route } = outcome
  if (endsAtOwnEndpoint(facts.target.path, terminal)) {
    const response =
      facts.target.path === CHALLENGE_PATH ? await takeSolution(passage) : await endpoints(request, requestId)
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

async function flushSoon(runtime: Runtime): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1000))
  runtime.recorder.flush(Date.now())
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
  return { response, terminal, transformed: editResponse(response, route, outcome) }
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
  const { response, failure } = await forward(
    request,
    {
      facts,
      route: route.model,
      action: route.model.action,
      requestId,
      policy: runtime.stages.version,
      logged,
      ...(outcome.requestEdits ? { edits: outcome.requestEdits } : {}),
    },
    runtime.ports,
  )
  if (failure) return { response: toResponse(refusalOf(failure, passage), facts.method), terminal: failure }
  const own = ownResponse(response, requestId)
  return { response: own, terminal: undefined, transformed: editResponse(own, route, outcome) }
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

function concat(a: readonly string[] = NONE, b: readonly string[] = NONE): readonly string[] {
  return b.length === 0 ? a : [...a, ...b]
}
