/**
 * The type each node gives.
 * @module
 */
import type { ArgumentNode, Literal, LogicalNode, ValueNode } from './ast.ts'
import type { Type } from './type.ts'

export const BOOL_ARRAY: Type = { array: 'Bool' }

/** Of one element, when the node ends in a list of them (`each`). */
export function typeOf(node: ValueNode): Type {
  return node.type
}

export function literalType(literal: Literal): Type {
  return literal.kind === 'int' ? 'Int' : literal.kind === 'ip' ? 'Ip' : 'Bytes'
}

/** `Bool` or `Array(Bool)`; `Map(Bool)` for a bare field of that type, which no expression can use. */
export function logicalType(node: LogicalNode): Type {
  if (node.kind === 'not') return logicalType(node.item)
  if (node.kind === 'combine') {
    const [first] = node.items
    return first ? logicalType(first) : 'Bool'
  }
  if (node.kind !== 'comparison') return 'Bool'
  if (isEach(node.left)) return BOOL_ARRAY
  return node.operation.kind === 'is-true' ? node.left.type : 'Bool'
}

/** True when the node gives `Array(Bool)`. */
export function isArrayNode(node: LogicalNode): boolean {
  return logicalType(node) !== 'Bool'
}

/** True when there is a `[*]` among the node's own indexes. */
export function isEach(node: ArgumentNode): boolean {
  return node.kind === 'index' && node.each === true
}

export function isLogical(node: ArgumentNode): node is LogicalNode {
  return !isValue(node) && node.kind !== 'literal'
}

function isValue(node: ArgumentNode): node is ValueNode {
  return node.kind === 'field' || node.kind === 'call' || node.kind === 'index'
}

/** As a function sees it: one element, when the argument is mapped over. */
export function argumentType(node: ArgumentNode): Type {
  if (node.kind === 'literal') return literalType(node.literal)
  return isLogical(node) ? logicalType(node) : node.type
}
