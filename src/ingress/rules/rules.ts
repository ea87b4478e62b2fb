/**
 * The rules stage: what the operator's expressions say of a request, phase by phase.
 *
 * The first decision in mode `enforce` ends the request. Nothing here throws: a rule that cannot be evaluated
 * counts as not matched, and is counted.
 * @module
 */
import type { LimitModel, RuleModel } from '../../bundle/model.ts'
import type { Mode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import type { ChallengeLevel } from '../challenge/offer.ts'
import { isUnchallengeable as isLeftAlone } from '../challenge/request-kind.ts'
import { compileRules } from './compile-rules.ts'
import { createRuleEnvironment } from './rule-environment.ts'
import type { ListTest } from './rule-lists.ts'
import { IDLE_RUN, type RuleRun } from './rule-run.ts'
import type { RuleTrace } from './rule-trace.ts'
import { startRun } from './start-run.ts'

export interface RulesOptions {
  readonly rules: readonly RuleModel[]
  /** Those with a filter are asked about by id. */
  readonly limits: readonly LimitModel[]
  readonly lists: ReadonlyMap<string, ListTest>
  /** Mode of the whole stage. */
  readonly mode: Mode
  /** True for a client that has solved a challenge of this level or a higher one. */
  readonly isCleared: (facts: RequestFacts, now: number, level: ChallengeLevel) => boolean
  /** What nobody could answer a challenge for; well-known files and preflights unless said otherwise. */
  readonly isUnchallengeable?: (facts: RequestFacts) => boolean
  /** See `Environment.maxSubject`. */
  readonly maxSubject?: number
}

/** Sums since creation. */
export interface RulesStats {
  /** Rules and filters that could not be evaluated: defects of ours. */
  readonly faults: number
  /** Locations and field values that were computed and could not be used. */
  readonly unusable: number
  /** Subjects of regular expressions of which only the beginning was looked at. */
  readonly cuts: number
}

export interface Rules {
  readonly stats: RulesStats
  /** False when no response needs to be looked at. */
  readonly hasResponsePhase: boolean
  /** Starts on a request. Costs next to nothing where the policy has no rules. */
  begin(facts: RuleFacts, trace?: RuleTrace): RuleRun
}

export function createRules(options: RulesOptions): Rules {
  const { rules, limits, lists, mode, isCleared, isUnchallengeable = isLeftAlone, maxSubject } = options
  const compiled = compileRules(rules, limits, createRuleEnvironment(lists, maxSubject), mode)
  const stats = { faults: 0, unusable: 0, cuts: 0 }
  const isIdle = compiled.phases.size === 0 && compiled.limits.size === 0
  return {
    stats,
    hasResponsePhase: compiled.phases.has(RESPONSE_PHASE),
    begin: (facts, trace) =>
      isIdle ? IDLE_RUN : startRun({ compiled, stats, isCleared, isUnchallengeable }, facts, trace),
  }
}
