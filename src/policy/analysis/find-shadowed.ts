/**
 * Rules that never act because an earlier one has dealt with all they match, and rules that are there twice.
 * @module
 */
import type { LogicalNode } from '../../lang/ast.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { keyOf } from './claim.ts'
import type { DeadRules } from './find-dead.ts'
import type { Finding } from './finding.ts'
import { effectOn, isSkippable, phaseOf } from './rule-effect.ts'
import type { RuleView } from './rule-view.ts'
import type { Solver } from './solver.ts'

/** Pairs that are compared; 1,000 rules about the same field have half a million. */
const MAX_PAIRS = 100_000

function fieldsOf(node: LogicalNode): ReadonlySet<string> {
  const fields = new Set<string>()
  walkNodes(node, (each) => {
    if (each.kind === 'field') fields.add(each.name)
  })
  return fields
}

function reportShadow(later: RuleView, earlier: RuleView, effect: 'answers' | 'skips'): Finding {
  const { name, id, limit, problemAt } = later
  const what = `${limit ? 'Limit' : 'Rule'} ${id} never acts`
  const why =
    effect === 'skips'
      ? `rule ${earlier.id} skips it for every request it matches`
      : `rule ${earlier.id} comes first and answers every request it matches`
  const fix = limit
    ? `Narrow the expression of ${earlier.id}, or remove the limit.`
    : `Move ${id} before ${earlier.id}, narrow the expression of ${earlier.id}, or remove one.`
  return {
    severity: 'warning',
    code: 'shadowed-rule',
    rule: name,
    problem: problemAt(undefined, `${what}: ${why}`, fix),
  }
}

function reportDuplicate(later: RuleView, earlier: RuleView): Finding {
  const { name, id, problemAt } = later
  const message = `Rule ${id} does the same as rule ${earlier.id}, with the same expression`
  const problem = problemAt(undefined, message, 'Remove one of the two.')
  return { severity: 'warning', code: 'duplicate-rule', rule: name, problem }
}

/** The same filter, action and mode in the same phase, for all clients: rules draw their shares apart. */
function isDuplicate(later: RuleView, earlier: RuleView): boolean {
  if (!later.model || !earlier.model || later.model.phase !== earlier.model.phase) return false
  if (keyOf(later.filter) !== keyOf(earlier.filter)) return false
  if (later.mode !== earlier.mode || later.model.percentage < 100 || earlier.model.percentage < 100)
    return false
  return JSON.stringify(later.model.action) === JSON.stringify(earlier.model.action)
}

/** A proof needs something that both rules are about. */
function isRelated(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  for (const field of a ?? []) if (b?.has(field)) return true
  return false
}

/** Proves what it says. Rules that are off, or match nothing anyway, are left out. */
export function findShadowed(
  views: readonly RuleView[],
  { dead, always }: Pick<DeadRules, 'dead' | 'always'>,
  solver: Solver,
): readonly Finding[] {
  const active = views.filter(({ name, mode }) => mode !== 'off' && !dead.has(name))
  const fields = new Map(active.map(({ name, filter }) => [name, fieldsOf(filter)]))
  let pairs = MAX_PAIRS
  const hides = (earlier: RuleView, later: RuleView): 'answers' | 'skips' | undefined => {
    const effect = effectOn(earlier, later, solver)
    if (!effect || isSkippable(earlier, later, active.slice(0, active.indexOf(earlier)))) return undefined
    if (always.has(earlier.name)) return effect
    if (!isRelated(fields.get(earlier.name), fields.get(later.name)) || pairs-- <= 0) return undefined
    return solver.implies(later.filter, earlier.filter) ? effect : undefined
  }
  return active.flatMap((later, index): Finding[] => {
    for (const earlier of active.slice(0, index)) {
      if (phaseOf(earlier) === 'http_ratelimit') continue
      const effect = hides(earlier, later)
      if (effect) return [reportShadow(later, earlier, effect)]
      if (isDuplicate(later, earlier) && !isSkippable(earlier, later, active.slice(0, index)))
        return [reportDuplicate(later, earlier)]
    }
    return []
  })
}
