/**
 * What making a challenge takes from the request that it answers.
 * @module
 */
import type { ChallengeMoment } from '../ingress/challenge/challenge-answer.ts'
import { readForm } from './challenge-form.ts'
import type { Passage } from './passage.ts'
import { drawNonce } from './signing.ts'
import { startTimer } from './start-timer.ts'

export function challengeMoment(passage: Passage): ChallengeMoment {
  const { requestId, started, outcome, runtime } = passage
  return {
    requestId,
    now: started,
    draw: drawNonce,
    // What is only watched makes nothing harder.
    score: runtime.stages.bots?.stage.isEnforced ? (outcome.bot?.score ?? 0) : 0,
    model: runtime.stages.bots?.model.challenge,
    readForm: () => readForm(passage.request.body, startTimer),
  }
}
