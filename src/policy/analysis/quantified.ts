/**
 * What `any` and `all` say of the elements of arrays.
 * @module
 */
import type { LogicalNode } from '../../lang/ast.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { type Claim, type Conflict, type Goal, keyOf } from './claim.ts'

/** Why no element meets all goals. */
export type SolveElements = (goals: readonly Goal[]) => Conflict | undefined

/** The arrays whose elements a node is about. Nodes are item by item, as long as their shortest array. */
function arraysOf(node: LogicalNode): ReadonlySet<string> {
  const arrays = new Set<string>()
  walkNodes(node, (each) => {
    if (each.kind === 'comparison') arrays.add(keyOf(each.left))
  })
  return arrays
}

function isWithin(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  return [...inner].every((key) => outer.has(key))
}

/**
 * Some element must be as `any` says, and cannot; or it would also have to be what another claim rules out of
 * the same arrays.
 */
export function checkQuantified(claims: readonly Claim[], solve: SolveElements): Conflict | undefined {
  for (const { atom, holds } of claims) {
    if (atom.kind !== 'any' || !holds) continue
    const some: Goal = { node: atom.item, holds: true }
    const alone = solve([some])
    if (alone) return { ...alone, span: alone.span ?? atom.span }
    const arrays = arraysOf(atom.item)
    for (const other of claims) {
      if (other.atom.kind === 'comparison' || !isWithin(arraysOf(other.atom.item), arrays)) continue
      // What holds of no element, or of every one, holds of the one that `any` has found.
      const ruled = other.atom.kind === 'any' ? !other.holds : other.holds
      if (!ruled) continue
      const found = solve([some, { node: other.atom.item, holds: other.atom.kind === 'all' }])
      if (found) return { ...found, span: atom.span }
    }
  }
  return undefined
}
