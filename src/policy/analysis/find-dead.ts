/**
 * Rules that can never match, or match everything.
 * @module
 */
import type { ComparisonNode, LogicalNode } from '../../lang/ast.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import type { Finding } from './finding.ts'
import { maySkip } from './rule-effect.ts'
import type { RuleView } from './rule-view.ts'
import type { Solver } from './solver.ts'

function comparisonsOf(node: LogicalNode): readonly ComparisonNode[] {
  const found: ComparisonNode[] = []
  walkNodes(node, (each) => {
    if (each.kind === 'comparison') found.push(each)
  })
  return found
}

/** Comparisons that never hold, in a rule that can match without them. */
function findDeadComparisons({ name, filter, problemAt }: RuleView, solver: Solver): readonly Finding[] {
  return comparisonsOf(filter).flatMap((node): Finding[] => {
    const conflict = solver.conflictOf([{ node, holds: true }])
    if (!conflict) return []
    const message = `This is never true: ${conflict.message}`
    return [
      {
        severity: 'warning',
        code: 'dead-comparison',
        rule: name,
        problem: problemAt(node.span, message, conflict.fix),
      },
    ]
  })
}

/** A limit that counts nothing refuses nobody. */
function findDeadCounting({ name, id, counting }: RuleView, solver: Solver): readonly Finding[] {
  const conflict = counting && solver.conflictOf([{ node: counting.node, holds: true }])
  if (!counting || !conflict) return []
  const message = `Limit ${id} never counts anything: ${conflict.message}`
  const problem = counting.problemAt(conflict.span, message, conflict.fix)
  return [{ severity: 'warning', code: 'dead-rule', rule: name, problem }]
}

const REFUSALS: ReadonlySet<string> = new Set(['block', 'challenge', 'js_challenge', 'managed_challenge'])

function findRefusalOfAll(view: RuleView, before: readonly RuleView[]): readonly Finding[] {
  const { name, id, model, problemAt } = view
  if (!model || !REFUSALS.has(model.action.kind) || model.percentage < 100) return []
  // Friends are skipped past it: what is left is meant to be refused.
  if (before.some((earlier) => maySkip(earlier, view))) return []
  const verb = model.action.kind === 'block' ? 'block' : 'challenge'
  const does = view.mode === 'enforce' ? `${verb}s` : `would ${verb}`
  const message = `Rule ${id} ${does} every request: its expression is always true`
  const problem = problemAt(undefined, message, 'Write which requests are meant, or set mode: log to try it.')
  return [{ severity: 'warning', code: 'matches-everything', rule: name, problem }]
}

export interface DeadRules {
  readonly findings: readonly Finding[]
  /** Names of rules that match nothing. */
  readonly dead: ReadonlySet<string>
  /** Names of rules that match everything. */
  readonly always: ReadonlySet<string>
}

/** Proves what it says; rules that are off are looked at too, as they are to be switched on some day. */
export function findDead(views: readonly RuleView[], solver: Solver): DeadRules {
  const dead = new Set<string>()
  const always = new Set<string>()
  const findings = views.flatMap((view, index): readonly Finding[] => {
    const { name, id, filter, problemAt } = view
    const conflict = solver.conflictOf([{ node: filter, holds: true }])
    if (conflict) {
      dead.add(name)
      const message = `${view.limit ? 'Limit' : 'Rule'} ${id} can never match: ${conflict.message}`
      const problem = problemAt(conflict.span, message, conflict.fix)
      return [{ severity: 'warning', code: 'dead-rule', rule: name, problem }]
    }
    const found = findDeadComparisons(view, solver)
    if (!solver.conflictOf([{ node: filter, holds: false }])) return found
    always.add(name)
    return [...found, ...findRefusalOfAll(view, views.slice(0, index))]
  })
  const idle = views.flatMap((view) => findDeadCounting(view, solver))
  return { findings: [...findings, ...idle], dead, always }
}
