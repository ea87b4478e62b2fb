/**
 * One request through the edge: facts, decision, answer or origin, record.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { type Answer, problemAnswer } from '../http/problem.ts'
import { decide, type Outcome } from '../pipeline/decide.ts'
import { forward } from '../shield/forward.ts'
import { editHeaders } from '../shield/header-edits.ts'
import { answerRoute } from '../shield/route-answer.ts'
import type { Route } from '../shield/router.ts'
import { drawRequestId } from './draw-request-id.ts'
import { readRequest } from './read-request.ts'
import type { Runtime } from './runtime.ts'

/** The part of the execution context that is used. */
export type Context = Pick<ExecutionContext, 'waitUntil'>

/** Serves the operator's own endpoints below `/.sallyport/`. */
export type Endpoints = (request: Request, requestId: string) => Response | Promise<Response>

const OWN_PREFIX = '/.sallyport/'

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
  const outcome = await decide(facts, stages, started)
  const { response, terminal } = await answer(request, runtime, facts, outcome, requestId, endpoints)
  const leftOut = runtime.recorder.record({
    requestId,
    facts,
    terminal,
    logged: outcome.logged,
    route: outcome.route?.model.id,
    policy: stages.version,
    status: response.status,
    started,
    ended: Date.now(),
  })
  if (leftOut) context.waitUntil(flushSoon(runtime))
  return response
}

interface Answered {
  readonly response: Response
  readonly terminal: Decision | undefined
}

async function answer(
  request: Request,
  runtime: Runtime,
  facts: RequestFacts,
  outcome: Outcome,
  requestId: string,
  endpoints: Endpoints,
): Promise<Answered> {
  const { terminal, route } = outcome
  // The policy cannot have routes below `/.sallyport/`; what earlier stages refuse is refused there too.
  if (facts.target.path.startsWith(OWN_PREFIX) && (terminal === undefined || terminal.stage === 'route')) {
    return { response: await endpoints(request, requestId), terminal: OWN_ENDPOINT }
  }
  if (terminal) return { response: refuse(terminal, route, facts, requestId), terminal }
  return pass(request, runtime, facts, outcome, requestId)
}

const OWN_ENDPOINT: Decision = {
  action: 'respond',
  stage: 'route',
  rule: 'route.own-endpoint',
  reason: 'The edge answers below /.sallyport/ itself.',
  mode: 'enforce',
  status: 200,
}

async function flushSoon(runtime: Runtime): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1000))
  runtime.recorder.flush(Date.now())
}

function refuse(
  decision: Decision,
  route: Route | undefined,
  facts: RequestFacts,
  requestId: string,
): Response {
  const own =
    decision.action === 'block' || route === undefined
      ? undefined
      : answerRoute(route.model, facts, requestId)
  const response = toResponse(
    own ?? problemAnswer(decision, requestId, facts.headers.get('accept')),
    facts.method,
  )
  if (own && route) editHeaders(response.headers, route.model.response_headers)
  return response
}

function toResponse(answer: Answer, method: string): Response {
  return new Response(method === 'HEAD' ? null : answer.body, {
    status: answer.status,
    headers: answer.headers,
  })
}

async function pass(
  request: Request,
  runtime: Runtime,
  facts: RequestFacts,
  outcome: Outcome,
  requestId: string,
): Promise<Answered> {
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
    },
    runtime.ports,
  )
  if (failure) return { response: refuse(failure, undefined, facts, requestId), terminal: failure }
  return { response: finish(response, route, requestId), terminal: undefined }
}

const NONE: readonly string[] = []
/** Rule ids that travel in the verdict. */
const MAX_LOGGED = 16

/** The origin's response with our request id. Its body is not touched; a WebSocket goes through. */
function finish(response: Response, route: Route, requestId: string): Response {
  const own =
    response.status === 101
      ? new Response(null, { status: 101, webSocket: response.webSocket, headers: response.headers })
      : new Response(response.body, response)
  own.headers.set('sallyport-request-id', requestId)
  editHeaders(own.headers, route.model.response_headers)
  return own
}
