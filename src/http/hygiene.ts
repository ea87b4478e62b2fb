/**
 * Refuses what cannot be read one way only, and what is larger than anybody needs.
 *
 * Rules that guard against two readings are always enforced, and so is the refusal of TRACE and CONNECT:
 * `log` mode lowers the size rules, the list of methods and the relaxable path rules only.
 * @module
 */
import { ANOMALY_RULES } from './anomaly-rules.ts'
import type { Decision, Mode, StageResult } from './decision.ts'
import { NOTHING } from './decision.ts'
import type { RequestFacts } from './facts.ts'
import {
  type HygieneBounds,
  type HygieneRelief,
  type HygieneRule,
  METHOD,
  SIZE_RULES,
  STRUCTURE_RULES,
  UNDERSCORE,
} from './hygiene-rules.ts'

/** What a decision takes from a rule. */
type HygieneRuleText = Pick<HygieneRule, 'id' | 'status' | 'reason' | 'fix' | 'close'> &
  Pick<Decision, 'allow'>

export type HygieneStage = (facts: RequestFacts, relief: HygieneRelief) => StageResult

export function createHygiene(bounds: HygieneBounds, mode: Mode): HygieneStage {
  const methods = new Set(bounds.methods.filter((name) => name !== 'TRACE' && name !== 'CONNECT'))
  const method: HygieneRuleText = { ...METHOD, allow: [...methods] }
  const softMode = mode === 'enforce' ? 'enforce' : 'log'
  return function checkHygiene(facts, relief) {
    const structural = firstBroken(STRUCTURE_RULES, facts, bounds, relief)
    if (structural) return refuse(structural)
    // TRACE echoes credentials and CONNECT is a tunnel: neither a list nor a mode can let them in.
    if (facts.method === 'TRACE' || facts.method === 'CONNECT') return refuse(method)
    const anomalies = facts.target.anomalies & ~relief.accepted
    if (anomalies !== 0) {
      for (const rule of ANOMALY_RULES) {
        if ((anomalies & rule.bit) === 0) continue
        if (!rule.relaxable || softMode === 'enforce') return refuse(rule)
      }
    }
    if (mode === 'off') return NOTHING
    const logged: Decision[] = []
    if (anomalies !== 0) {
      for (const rule of ANOMALY_RULES) if (anomalies & rule.bit) logged.push(toDecision(rule, 'log'))
    }
    const size = methods.has(facts.method) ? firstBroken(SIZE_RULES, facts, bounds, relief) : method
    if (size) {
      if (softMode === 'enforce') return refuse(size)
      logged.push(toDecision(size, 'log'))
    }
    if (facts.headers.underscored > 0) logged.push(toDecision(UNDERSCORE, 'log'))
    return logged.length === 0 ? NOTHING : { logged }
  }
}

function firstBroken(
  rules: readonly HygieneRule[],
  facts: RequestFacts,
  bounds: HygieneBounds,
  relief: HygieneRelief,
): HygieneRule | undefined {
  for (const rule of rules) if (rule.broken(facts, bounds, relief)) return rule
  return undefined
}

function refuse(rule: HygieneRuleText): StageResult {
  return { terminal: toDecision(rule, 'enforce'), logged: [] }
}

function toDecision(rule: HygieneRuleText, mode: 'log' | 'enforce'): Decision {
  return {
    action: 'block',
    stage: 'hygiene',
    rule: `hygiene.${rule.id}`,
    reason: rule.reason,
    fix: rule.fix,
    mode,
    status: rule.status,
    ...(rule.allow === undefined ? {} : { allow: rule.allow }),
    ...(rule.close === true ? { close: true } : {}),
  }
}
