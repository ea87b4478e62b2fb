/**
 * Looks for a way to meet several conditions at once, by taking their connectives apart.
 * @module
 */
import type { CombineNode, LogicalNode } from '../../lang/ast.ts'
import type { Claim, Conflict, Goal } from './claim.ts'

/** Why claims contradict each other; `undefined` when no contradiction was found, which proves nothing. */
export type FindContradiction = (claims: readonly Claim[]) => Conflict | undefined

/** Counts down; at 0 nothing more is proved. Expressions are made by people, but ours is not the time to waste. */
export interface Budget {
  steps: number
}

/** Alternatives, of which one must be met. */
type Choice = readonly (readonly Goal[])[]

interface State {
  readonly claims: readonly Claim[]
  readonly choices: readonly Choice[]
}

/** `a xor b xor c` is odd: the first holds and the others are even together, or the other way round. */
function splitXor(items: readonly LogicalNode[], holds: boolean): Choice {
  const [first, ...others] = items
  if (!first) return holds ? [] : [[]]
  const [second] = others
  const rest: LogicalNode | undefined =
    others.length > 1 ? { kind: 'combine', op: 'xor', items: others } : second
  if (!rest) return [[{ node: first, holds }]]
  return [true, false].map((value) => [
    { node: first, holds: value },
    { node: rest, holds: value !== holds },
  ])
}

/** Everything the node asks for at once, or alternatives. */
function splitCombine({ op, items }: CombineNode, holds: boolean): readonly Goal[] | { choice: Choice } {
  if (op === 'xor') return { choice: splitXor(items, holds) }
  const goals = items.map((node): Goal => ({ node, holds }))
  return (op === 'and') === holds ? goals : { choice: goals.map((goal) => [goal]) }
}

function expand(goals: readonly Goal[], before: State): State {
  const claims = [...before.claims]
  const choices = [...before.choices]
  const open = [...goals]
  for (let goal = open.pop(); goal; goal = open.pop()) {
    const { node, holds } = goal
    if (node.kind === 'not') open.push({ node: node.item, holds: !holds })
    else if (node.kind === 'combine') {
      const parts = splitCombine(node, holds)
      if ('choice' in parts) choices.push(parts.choice)
      else open.push(...parts)
    } else claims.push({ atom: node, holds })
  }
  return { claims, choices }
}

function explore(
  goals: readonly Goal[],
  before: State,
  contradicts: FindContradiction,
  budget: Budget,
): Conflict | undefined {
  if (budget.steps <= 0) return undefined
  budget.steps--
  const state = expand(goals, before)
  const conflict = contradicts(state.claims)
  if (conflict) return conflict
  const [choice] = [...state.choices].sort((a, b) => a.length - b.length)
  if (!choice) return undefined
  const rest = { claims: state.claims, choices: state.choices.filter((other) => other !== choice) }
  let first: Conflict | undefined
  for (const alternative of choice) {
    const found = explore(alternative, rest, contradicts, budget)
    if (!found) return undefined
    first ??= found
  }
  return first ?? { message: 'it asks for one of no alternatives', fix: 'Remove it.' }
}

/**
 * Why no request can meet all goals, or `undefined` when one might. A conflict is a proof; its absence is not.
 */
export function findConflict(
  goals: readonly Goal[],
  contradicts: FindContradiction,
  budget: Budget,
): Conflict | undefined {
  return explore(goals, { claims: [], choices: [] }, contradicts, budget)
}
