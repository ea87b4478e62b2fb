/**
 * What the expressions of limits say of one request.
 * @module
 */
import type { ResponseFacts } from '../../http/rule-fields/rule-facts.ts'
import type { LimitExpressions } from '../limits/limit-check.ts'
import type { CompiledLimit } from './compile-rules.ts'
import type { Evaluation } from './evaluation.ts'
import { toRuleText } from './rule-text.ts'

const NONE: readonly (string | undefined)[] = Object.freeze([])

/**
 * An expression that cannot be evaluated, which is a defect of ours and counted, neither matches nor counts.
 * @param evaluate The evaluation of the request, or of the request with this response.
 */
export function readLimitExpressions(
  limits: ReadonlyMap<string, CompiledLimit>,
  evaluate: (response?: ResponseFacts) => Evaluation,
): LimitExpressions {
  return {
    matches(id) {
      const test = limits.get(id)?.matches
      return test === undefined || evaluate().test(test) === true
    },
    counts(id, response) {
      const test = limits.get(id)?.counts
      return test === undefined || evaluate(response).test(test) === true
    },
    values(id) {
      const reads = limits.get(id)?.reads
      return reads === undefined || reads.length === 0 ? NONE : evaluate().values(reads).map(toRuleText)
    },
  }
}
