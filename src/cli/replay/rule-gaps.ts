/**
 * Counts the requests for which rules looked at what the log does not have.
 * @module
 */
import type { LimitModel, PolicyModel, RuleModel } from '../../bundle/model.ts'
import { capMode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { compileScope } from '../../http/scope.ts'
import type { ValueNode } from '../../lang/ast.ts'
import { findNeeds, type RuleNeeds } from './rule-needs.ts'
import type { Verdict } from './tally.ts'

export interface RuleGaps {
  note(facts: RequestFacts, verdict: Verdict): void
  /** One sentence each, with how many requests it is about. */
  warnings(): string[]
}

/** A rule, or a limit with expressions. */
interface Needy extends RuleNeeds {
  readonly id: string
}

export function createRuleGaps(model: PolicyModel): RuleGaps {
  const needy = findNeedy(model)
  const names = new Set(needy.flatMap(({ headers }) => headers))
  /** Header fields that some request had: where others lack them, it is the request that does. */
  const kept = new Set<string>()
  const without = new Map<string, number>()
  let dark = 0
  let challenged = 0
  const darkIds = new Set<string>()
  return {
    note(facts, { terminal }): void {
      if (terminal?.action === 'challenge') challenged++
      if (terminal?.stage === 'hygiene' || terminal?.stage === 'access') return
      for (const name of names) {
        if (facts.headers.get(name) === undefined) without.set(name, (without.get(name) ?? 0) + 1)
        else kept.add(name)
      }
      const lacking = needy.filter(({ lacks }) => lacks(facts))
      if (lacking.length > 0) dark++
      for (const { id } of lacking) darkIds.add(id)
    },
    warnings(): string[] {
      const told: string[] = []
      if (dark > 0) told.push(`rules that look at what the log does not have (${dark}×): ${list(darkIds)}`)
      for (const [name, count] of without) {
        if (kept.has(name)) continue
        const ids = needy.filter(({ headers }) => headers.includes(name)).map(({ id }) => id)
        told.push(`rules that look at the field ${name}, which the log never has (${count}×): ${list(ids)}`)
      }
      if (challenged > 0)
        told.push(
          `challenged clients (${challenged}×) are counted as answered: who solves a challenge goes on`,
        )
      return told
    },
  }
}

/** Rules that decide, which those of the response and of the origin's header section do not. */
function findNeedy({ rules, limits, settings }: PolicyModel): readonly Needy[] {
  const { stages } = settings
  const deciding = rules.filter(
    ({ phase, mode }) =>
      (phase === 'http_request_dynamic_redirect' || phase === 'http_request_firewall_custom') &&
      capMode(mode, stages.rules) !== 'off',
  )
  const counting = limits.flatMap((limit) =>
    capMode(limit.mode, stages.limits) === 'off' ? [] : toNeedyLimit(limit),
  )
  const needs = deciding.map((rule) => ({
    id: `rules.${rule.id}`,
    ...findNeeds([rule.filter, ...targetOf(rule)]),
  }))
  return [...needs, ...counting]
}

/** A limit whose expressions look at something, in its hosts, paths and methods. */
function toNeedyLimit({ id, filter, counting, characteristics, scope }: LimitModel): readonly Needy[] {
  const values = characteristics.flatMap((each) => (each.kind === 'expression' ? [each.node] : []))
  const nodes = [...(filter ? [filter] : []), ...(counting ? [counting.filter] : []), ...values]
  if (nodes.length === 0) return []
  const { headers, lacks } = findNeeds(nodes)
  const matches = compileScope(scope)
  const isAbout = ({ host, target, method }: RequestFacts): boolean => matches(host.name, target.path, method)
  return [{ id: `limits.${id}`, headers, lacks: (facts) => isAbout(facts) && lacks(facts) }]
}

function targetOf({ action }: RuleModel): readonly ValueNode[] {
  return action.kind === 'redirect' && typeof action.target !== 'string' ? [action.target] : []
}

function list(ids: Iterable<string>): string {
  const all = [...ids]
  return `${all.slice(0, 5).join(', ')}${all.length > 5 ? ', …' : ''}; the edge may decide otherwise`
}
