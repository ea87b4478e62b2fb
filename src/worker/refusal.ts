/**
 * The answer of a decision that is not a route's: a refusal, a redirect, a challenge, a page of the maze.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import { type Answer, problemAnswer } from '../http/problem.ts'
import { challengeAnswer } from '../ingress/challenge/challenge-answer.ts'
import { challengeMoment } from './challenge-moment.ts'
import type { Passage } from './passage.ts'

export function answerRefusal(decision: Decision, passage: Passage): Answer | Promise<Answer> {
  const { runtime, facts, requestId, started } = passage
  if (decision.location !== undefined) {
    const headers = { location: decision.location, 'sallyport-request-id': requestId }
    return { status: decision.status, headers, body: '' }
  }
  const { challenge, bots } = runtime.stages
  if (decision.action === 'challenge')
    return challengeAnswer(decision, facts, challengeMoment(passage), challenge)
  if (decision.action === 'respond' && decision.stage === 'bots' && bots) {
    const page = bots.labyrinth.answer(facts, started)
    return { ...page, headers: { ...page.headers, 'sallyport-request-id': requestId } }
  }
  return problemAnswer(decision, requestId, facts.headers.get('accept'))
}

export function toResponse(answer: Answer, method: string): Response {
  return new Response(method === 'HEAD' ? null : answer.body, {
    status: answer.status,
    headers: answer.headers,
  })
}
