/**
 * Every test of an expression with what must hold beside it.
 * @module
 */
import type { LogicalNode } from '../../lang/ast.ts'
import type { Atom } from './claim.ts'

export interface GuardedAtom {
  readonly atom: Atom
  /** False below an odd number of `not`. */
  readonly positive: boolean
  /** Conditions joined to it by `and`. */
  readonly guards: readonly LogicalNode[]
}

export function walkGuarded(
  node: LogicalNode,
  visit: (found: GuardedAtom) => void,
  positive = true,
  guards: readonly LogicalNode[] = [],
): void {
  if (node.kind === 'not') {
    walkGuarded(node.item, visit, !positive)
  } else if (node.kind === 'combine') {
    for (const item of node.items) {
      const joined = node.op === 'and' && positive ? node.items.filter((other) => other !== item) : []
      walkGuarded(item, visit, positive, [...guards, ...joined])
    }
  } else visit({ atom: node, positive, guards })
}
