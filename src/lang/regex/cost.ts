/**
 * What a regular expression can cost at worst, for a budget over a whole policy.
 * @module
 */
import { MAX_RUNS } from './classify.ts'
import { parseRegex } from './parse.ts'
import type { RegexPlan } from './plan.ts'
import { countInstructions } from './program.ts'

/**
 * Steps for each byte of a subject that an attacker chose. Ordinary subjects take about one, whatever the
 * plan. One step is some nanoseconds.
 */
export function worstRegexSteps(plan: RegexPlan): number {
  if (plan.engine === 'native') return MAX_RUNS
  const parsed = parseRegex(plan.pattern ?? plan.source)
  return parsed.ok ? countInstructions(parsed.node) : 0
}
