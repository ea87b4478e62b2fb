/**
 * What becomes of a request that was decided: an answer of our own, of the policy, or of the origin.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { embedAnswer } from '../ingress/challenge/embed-answer.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/offer.ts'
import { HELPER_PATH, helperAnswer } from '../ingress/challenge/page/client-helper.ts'
import { endsAtOwnEndpoint, OWN_ENDPOINT } from '../pipeline/own-endpoint.ts'
import { answerRoute } from '../shield/route-answer.ts'
import type { Route } from '../shield/router.ts'
import type { Answered } from './answered.ts'
import { answerSolution } from './challenge-endpoint.ts'
import { challengeMoment } from './challenge-moment.ts'
import { editResponse, forwardRequest } from './forward-request.ts'
import type { Passage } from './passage.ts'
import { answerRefusal, toResponse } from './refusal.ts'
import { answerRobots, robotsFor } from './robots-answer.ts'
import { startTimer } from './start-timer.ts'

/** Serves the operator's own endpoints below `/.sallyport/`. */
export type Endpoints = (
  request: Request,
  requestId: string,
  facts: RequestFacts,
) => Response | Promise<Response>

/** Lets a request meet what was decided, whatever that is. Rejects only for defects of ours. */
export async function answer(passage: Passage, endpoints: Endpoints): Promise<Answered> {
  const { facts, outcome } = passage
  const { terminal, route } = outcome
  if (endsAtOwnEndpoint(facts.target.path, terminal))
    return { response: await answerOwn(passage, endpoints), terminal: OWN_ENDPOINT }
  if (terminal === undefined) {
    const robots = robotsFor(passage)
    return robots ? answerRobots(passage, robots) : forwardRequest(passage)
  }
  if (terminal.stage === 'route' && terminal.action !== 'block' && route)
    return answerByRoute(passage, terminal, route)
  return { response: toResponse(await answerRefusal(terminal, passage), facts.method), terminal }
}

function answerOwn(passage: Passage, endpoints: Endpoints): Response | Promise<Response> {
  const { request, runtime, facts, requestId, started } = passage
  const { method, target } = facts
  const isRead = method === 'GET' || method === 'HEAD'
  const { challenge } = runtime.stages
  if (target.path === CHALLENGE_PATH) {
    const moment = challengeMoment(passage)
    if (isRead) return toResponse(embedAnswer(facts, moment, challenge), method)
    const text = (): Promise<string> => request.text()
    return answerSolution(
      { ...moment, facts, now: started, clock: Date.now, text, timer: startTimer },
      challenge,
    )
  }
  if (target.path === HELPER_PATH && isRead) return toResponse(helperAnswer(requestId), method)
  return endpoints(request, requestId, facts)
}

function answerByRoute(passage: Passage, terminal: Decision, route: Route): Answered {
  const { facts, requestId, outcome } = passage
  const own = answerRoute(route.model, facts, requestId)
  if (own === undefined) throw new TypeError('a route that ends a request answers it')
  const response = toResponse(own, facts.method)
  return { response, terminal, fromOrigin: false, transformed: editResponse(response, route, outcome) }
}
