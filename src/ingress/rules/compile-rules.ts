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
import type { Environment, Frame, Program, Read, Test } from '../../lang/program.ts'
import { createRuleDecision } from './rule-decision.ts'

export interface CompiledRule {
  readonly model: RuleModel
  readonly decision: Decision
  readonly matches: Test<RuleFacts>
  /** The values of the action's expressions, in their order. */
  readonly reads: readonly Read<RuleFacts>[]
}

/** The expressions of a limit; what it does not have is absent. */
export interface CompiledLimit {
  readonly matches?: Test<RuleFacts>
  readonly counts?: Test<RuleFacts>
  /** The values of the characteristics that are expressions, in their order. */
  readonly reads: readonly Read<RuleFacts>[]
}

export interface CompiledRules {
  /** Rules that are not off, by phase and in order. */
  readonly phases: ReadonlyMap<Phase, readonly CompiledRule[]>
  /** Limits that are not off and have expressions, by id. */
  readonly limits: ReadonlyMap<string, CompiledLimit>
  start(facts: RuleFacts): Frame<RuleFacts>
}

/** @param stage The mode of the rules stage, which caps that of every rule. */
export function compileRules(
  rules: readonly RuleModel[],
  limits: readonly LimitModel[],
  environment: Environment<RuleFacts>,
  stage: Mode,
): CompiledRules {
  const list: ExpressionList = { filters: [], values: [] }
  // Places in the two lists are handed out first, as the program is compiled from whole lists.
  const placed = rules.flatMap((model) => {
    const mode = capMode(model.mode, stage)
    if (mode === 'off') return []
    return [
      {
        model,
        mode,
        filter: placeFilter(list, model.filter),
        places: placeValues(list, expressionsOf(model)),
      },
    ]
  })
  const limited = limits.flatMap((limit) => (hasExpressions(limit) ? [placeLimit(list, limit)] : []))
  const program = compileProgram(environment, list.filters, list.values)
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
  return {
    phases,
    limits: new Map(limited.map((one) => [one.id, linkLimit(program, one)])),
    start: (facts) => program.start(facts),
  }
}

/** The expressions of a program, by their places in it. */
interface ExpressionList {
  readonly filters: LogicalNode[]
  readonly values: ValueNode[]
}

const placeFilter = ({ filters }: ExpressionList, node: LogicalNode): number => filters.push(node) - 1

const placeValues = ({ values }: ExpressionList, nodes: readonly ValueNode[]): readonly number[] =>
  nodes.map((node) => values.push(node) - 1)

/** A limit with the places of its expressions. */
interface PlacedLimit {
  readonly id: string
  readonly filter: number | undefined
  readonly counting: number | undefined
  readonly values: readonly number[]
}

const valuesOf = ({ characteristics }: LimitModel): readonly ValueNode[] =>
  characteristics.flatMap((each) => (each.kind === 'expression' ? [each.node] : []))

function hasExpressions(limit: LimitModel): boolean {
  if (limit.mode === 'off') return false
  return limit.filter !== undefined || limit.counting !== undefined || valuesOf(limit).length > 0
}

function placeLimit(list: ExpressionList, limit: LimitModel): PlacedLimit {
  const { id, filter, counting } = limit
  return {
    id,
    filter: filter && placeFilter(list, filter),
    counting: counting && placeFilter(list, counting.filter),
    values: placeValues(list, valuesOf(limit)),
  }
}

function linkLimit(program: Program<RuleFacts>, { filter, counting, values }: PlacedLimit): CompiledLimit {
  return {
    ...(filter === undefined ? {} : { matches: program.filter(filter) }),
    ...(counting === undefined ? {} : { counts: program.filter(counting) }),
    reads: values.map((place) => program.value(place)),
  }
}

/** The expressions of a rule's action, in the order in which it uses them. */
function expressionsOf({ action }: RuleModel): readonly ValueNode[] {
  if (action.kind === 'redirect') return typeof action.target === 'string' ? [] : [action.target]
  if (action.kind !== 'rewrite') return []
  return action.headers.flatMap((edit) => ('expression' in edit ? [edit.expression] : []))
}
