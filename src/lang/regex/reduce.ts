/**
 * Simplifies an expression for the question "does it occur anywhere?".
 *
 * What may be absent at either edge decides nothing there: `.*foo` occurs exactly where `foo` does, `x+y`
 * where `xy` does. It saves work, and takes away the commonest causes of quadratic time.
 * @module
 */
import { alternateNodes, concatNodes, EMPTY, type RegexNode } from './node.ts'

/** An expression that occurs in the same subjects, without groups. */
export function reduceSearch(node: RegexNode): RegexNode {
  return trim(trim(dropGroups(node), 'start'), 'end')
}

function dropGroups(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'group':
      return dropGroups(node.item)
    case 'concat':
      return concatNodes(node.items.map(dropGroups))
    case 'alternate':
      return alternateNodes(node.items.map(dropGroups))
    case 'repeat':
      return { ...node, item: dropGroups(node.item) }
    default:
      return node
  }
}

type Edge = 'start' | 'end'

function trim(node: RegexNode, edge: Edge): RegexNode {
  if (node.kind === 'concat') return trimConcat(node.items, edge)
  if (node.kind === 'alternate') {
    const items = node.items.map((item) => trim(item, edge))
    return items.some(({ kind }) => kind === 'empty') ? EMPTY : alternateNodes(items)
  }
  if (node.kind !== 'repeat') return node
  if (node.min === 0) return EMPTY
  const once = trim(node.item, edge)
  if (node.min === 1) return once
  const rest: RegexNode = { ...node, min: node.min - 1, max: node.min - 1 }
  if (printsAlike(once, node.item)) return { ...node, max: node.min }
  return concatNodes(edge === 'start' ? [once, rest] : [rest, once])
}

function printsAlike(a: RegexNode, b: RegexNode): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function trimConcat(items: readonly RegexNode[], edge: Edge): RegexNode {
  const rest = [...items]
  for (;;) {
    const outer = edge === 'start' ? rest.shift() : rest.pop()
    if (outer === undefined) return EMPTY
    const trimmed = trim(outer, edge)
    if (trimmed.kind === 'empty') continue
    // What stays, an assertion too, fixes where the match begins; nothing behind it may be dropped.
    return concatNodes(edge === 'start' ? [trimmed, ...rest] : [...rest, trimmed])
  }
}
