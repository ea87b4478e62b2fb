/**
 * What has to hold of a request, taken apart: the material of all reasoning about rules.
 * @module
 */
import type { ArgumentNode, ComparisonNode, LogicalNode, QuantifierNode, Span } from '../../lang/ast.ts'
import { printNode } from '../../lang/print-node.ts'

/** A test without connectives. */
export type Atom = ComparisonNode | QuantifierNode

/** An atom that must hold, or must not. */
export interface Claim {
  readonly atom: Atom
  readonly holds: boolean
}

/** Any condition that must hold, or must not. */
export interface Goal {
  readonly node: LogicalNode
  readonly holds: boolean
}

/** Why some claims cannot all be met. */
export interface Conflict {
  /** A clause that completes "It can never match: …". */
  readonly message: string
  readonly fix: string
  /** The part of the expression that is at fault, when it is one part. */
  readonly span?: Span | undefined
}

const keys = new WeakMap<ArgumentNode, string>()

/** Equal for equal expressions: their canonical text. */
export function keyOf(node: ArgumentNode): string {
  const known = keys.get(node)
  if (known !== undefined) return known
  const key = printNode(node)
  keys.set(node, key)
  return key
}
