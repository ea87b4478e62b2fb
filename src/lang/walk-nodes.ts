/**
 * Every node of an expression.
 * @module
 */
import type { ArgumentNode } from './ast.ts'

/** Calls `visit` for the node and all nodes in it, from left to right, a node before what is in it. */
export function walkNodes(node: ArgumentNode, visit: (node: ArgumentNode) => void): void {
  visit(node)
  for (const child of childrenOf(node)) walkNodes(child, visit)
}

function childrenOf(node: ArgumentNode): readonly ArgumentNode[] {
  switch (node.kind) {
    case 'field':
    case 'literal':
      return []
    case 'call':
      return node.args
    case 'index':
      return [node.of]
    case 'comparison':
      return [node.left]
    case 'combine':
      return node.items
    default:
      return [node.item]
  }
}
