/**
 * What a single expression sees of a request that is tried.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { ResponseFacts, RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import type { Stages } from '../../pipeline/stages.ts'
import type { ExpressionPhase } from '../../policy/expressions.ts'

/** What rules of the response see where nothing has answered. */
export const PLAIN_RESPONSE: ResponseFacts = { status: 200, headers: new Headers() }
/** Always the same, so that a test gives the same twice. */
export const SEED: string = '\0'.repeat(16)

/** Signatures are not verified here: who claims one is nobody, as far as a single expression is concerned. */
function findBot({ bots }: Stages, facts: RequestFacts, now: number): Pick<RuleFacts, 'bot'> {
  const run = bots?.stage.begin(facts, now, () => {})
  return run === undefined || run.pending !== undefined ? {} : { bot: () => run.assess() }
}

export function toRuleFacts(
  request: RequestFacts,
  now: number,
  phase: ExpressionPhase,
  stages: Stages,
): RuleFacts {
  return {
    request,
    now,
    drawSeed: () => SEED,
    ...findBot(stages, request, now),
    ...(phase === RESPONSE_PHASE ? { response: PLAIN_RESPONSE } : {}),
  }
}
