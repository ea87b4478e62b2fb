/**
 * From rules as data to rules that run: one program for the filters and values of all of them and of the
 * limits, so that what expressions have in common is computed once per request.
 * @module
 */
import type { LimitModel, Phase, RuleModel } from '../../bundle/model.ts'
import { capMode, type Decision, type Mode } from '../../http/decision.ts'
import type { RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import type { LogicalNode, ValueNode } from '../../lang/ast.ts'
import { compileProgram } from '../../lang/compile.ts'
import type { Environment, Frame, Read, Test } from '../../lang/program.ts'
import { createRuleDecision } from './rule-decision.ts'

export interface CompiledRule {
  readonly model: RuleModel
  readonly decision: Decision
  readonly matches: Test<RuleFacts>
  /** The values of the action's expressions, in their order. */
  readonly reads: readonly Read<RuleFacts>[]
}

export interface CompiledRules {
  /** Rules that are not off, by phase and in order. */
  readonly phases: ReadonlyMap<Phase, readonly CompiledRule[]>
  /** Filters by the id of their limit. */
  readonly limits: ReadonlyMap<string, Test<RuleFacts>>
  start(facts: RuleFacts): Frame<RuleFacts>
}

/** @param stage The mode of the rules stage, which caps that of every rule. */
export function compileRules(
  rules: readonly RuleModel[],
  limits: readonly LimitModel[],
  environment: Environment<RuleFacts>,
  stage: Mode,
): CompiledRules {
  const filters: LogicalNode[] = []
  const values: ValueNode[] = []
  // Places in the two lists are handed out first, as the program is compiled from whole lists.
  const placed = rules.flatMap((model) => {
    const mode = capMode(model.mode, stage)
    if (mode === 'off') return []
    const places = expressionsOf(model).map((expression) => values.push(expression) - 1)
    return [{ model, mode, filter: filters.push(model.filter) - 1, places }]
  })
  const filtered = limits.flatMap(({ id, mode, filter }) =>
    filter === undefined || mode === 'off' ? [] : [{ id, filter: filters.push(filter) - 1 }],
  )
  const program = compileProgram(environment, filters, values)
  const phases = new Map<Phase, CompiledRule[]>()
  for (const { model, mode, filter, places } of placed) {
    const rule: CompiledRule = {
      model,
      decision: createRuleDecision(model, mode),
      matches: program.filter(filter),
      reads: places.map((place) => program.value(place)),
    }
    const phase = phases.get(model.phase)
    if (phase) phase.push(rule)
    else phases.set(model.phase, [rule])
  }
  const tests = new Map(filtered.map(({ id, filter }) => [id, program.filter(filter)]))
  return { phases, limits: tests, start: (facts) => program.start(facts) }
}

/** The expressions of a rule's action, in the order in which it uses them. */
function expressionsOf({ action }: RuleModel): readonly ValueNode[] {
  if (action.kind === 'redirect') return typeof action.target === 'string' ? [] : [action.target]
  if (action.kind !== 'rewrite') return []
  return action.headers.flatMap((edit) => ('expression' in edit ? [edit.expression] : []))
}
