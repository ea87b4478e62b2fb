/**
 * What the rules of a policy cost per request, and whether that is within its budget.
 * @module
 */
import type { LimitModel, RuleModel } from '../../bundle/model.ts'
import { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { ValueNode } from '../../lang/ast.ts'
import { costOf, type Paid } from './expression-cost.ts'
import type { Finding } from './finding.ts'
import { EVERY_REQUEST, type RuleView } from './rule-view.ts'

/** In units of about 10 ns. */
export interface CostBudget {
  readonly rule: number
  /** All rules on one request and its response. */
  readonly policy: number
}

/** 10 µs for a rule, which is two HMACs while a key is changed, and 100 µs for all of them. */
export const DEFAULT_BUDGET: CostBudget = { rule: 1000, policy: 10_000 }

/** From this share of a budget on there is a warning. */
const NEAR = 0.8
/** Calling the filter and looking at its outcome. */
const PER_RULE = 2

export interface RuleCost {
  readonly rule: string
  /** Of the rule by itself. */
  readonly alone: number
  /** What it adds to the rules before it, which have computed a part of it already. */
  readonly added: number
}

export interface PolicyCost {
  readonly rules: readonly RuleCost[]
  /** The sum of what the rules add. */
  readonly total: number
  readonly budget: CostBudget
}

function valuesOf(action: RuleModel['action'] | undefined): readonly ValueNode[] {
  if (action?.kind === 'redirect') return typeof action.target === 'string' ? [] : [action.target]
  if (action?.kind !== 'rewrite') return []
  return action.headers.flatMap((edit) => ('expression' in edit ? [edit.expression] : []))
}

/** What has been computed of a request, and of its response. */
interface Frames {
  readonly request: Paid
  readonly response: Paid
}

const startFrames = (): Frames => ({ request: new Set(), response: new Set() })

function costOfRule({ filter, model, limit }: RuleView, { request, response }: Frames): number {
  // The response has a frame of its own: what was known of the request is read again.
  const paid = model?.phase === RESPONSE_PHASE ? response : request
  const own = filter === EVERY_REQUEST ? 0 : costOf(filter, paid)
  const values = [...valuesOf(model?.action), ...countedBy(limit)]
  const all = values.reduce((sum, node) => sum + costOf(node, paid), own + PER_RULE)
  const { counting } = limit ?? {}
  return counting ? all + costOf(counting.filter, counting.readsResponse ? response : request) : all
}

function countedBy(limit: LimitModel | undefined): readonly ValueNode[] {
  return (limit?.characteristics ?? []).flatMap((each) => (each.kind === 'expression' ? [each.node] : []))
}

/** Rules that are off cost nothing; they are listed with what they would cost alone. */
export function measurePolicy(views: readonly RuleView[], budget: CostBudget = DEFAULT_BUDGET): PolicyCost {
  const frames = startFrames()
  const rules = views.map((view): RuleCost => {
    const added = view.mode === 'off' ? 0 : costOfRule(view, frames)
    return { rule: view.name, alone: costOfRule(view, startFrames()), added }
  })
  return { rules, total: rules.reduce((sum, { added }) => sum + added, 0), budget }
}

function compareWith(cost: number, budget: number): 'error' | 'warning' | undefined {
  if (cost > budget) return 'error'
  return cost > budget * NEAR ? 'warning' : undefined
}

const RULE_FIX =
  'Compare with eq, in or starts_with() instead of regular expressions, [*] and digests, or split the rule.'
const POLICY_FIX =
  'See sallyport check --cost for what costs most; the budgets are --rule-budget and --policy-budget.'

/** Rules over budget are errors, near it warnings. */
export function findCosts(
  views: readonly RuleView[],
  { rules, total, budget }: PolicyCost,
): readonly Finding[] {
  const of = new Map(rules.map((cost) => [cost.rule, cost]))
  const findings = views.flatMap(({ name, id, mode, limit, problemAt }): Finding[] => {
    const cost = of.get(name)?.alone ?? 0
    const severity = mode === 'off' ? undefined : compareWith(cost, budget.rule)
    if (!severity) return []
    const message = `${limit ? 'Limit' : 'Rule'} ${id} costs ${cost} units, and the budget of a rule is ${budget.rule}`
    return [{ severity, code: 'cost', rule: name, problem: problemAt(undefined, message, RULE_FIX) }]
  })
  const severity = compareWith(total, budget.policy)
  const last = views.at(-1)
  if (!severity || !last) return findings
  const message = `All rules together cost ${total} units, and the budget of the policy is ${budget.policy}`
  const problem = last.problemWith('id', message, POLICY_FIX)
  return [...findings, { severity, code: 'cost', rule: '', problem }]
}
