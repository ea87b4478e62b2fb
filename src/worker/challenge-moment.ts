/**
 * What making a challenge takes from the request that it answers.
 * @module
 */
import type { ChallengeMoment } from '../ingress/challenge/challenge-answer.ts'
import { MAX_KEPT } from '../ingress/challenge/kept-form.ts'
import { awaitWithin } from '../ingress/limits/deadline.ts'
import type { Passage } from './passage.ts'
import { readBounded } from './read-bounded.ts'
import { drawNonce } from './signing.ts'
import { startTimer } from './start-timer.ts'

/** Milliseconds that the content of a form may take. */
const PATIENCE = 10_000

export function challengeMoment(passage: Passage): ChallengeMoment {
  const { requestId, started, outcome, runtime } = passage
  return {
    requestId,
    now: started,
    draw: drawNonce,
    score: outcome.bot?.score ?? 0,
    model: runtime.stages.bots?.model.challenge,
    readForm: () => readForm(passage.request),
  }
}

async function readForm({ body }: Request): Promise<string | undefined> {
  if (body === null) return undefined
  const read = await awaitWithin(readBounded(body, MAX_KEPT), PATIENCE, startTimer, () => {})
  if (read === 'timeout' || read === 'error' || read.byteLength > MAX_KEPT) return undefined
  return new TextDecoder().decode(read)
}
