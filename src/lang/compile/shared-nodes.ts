/**
 * Finds what is worth computing once per request: every field, and each call, quantifier and slow comparison
 * that occurs at least twice.
 *
 * Cheap comparisons are left out: reading a slot costs about as much as doing them again.
 * @module
 */
import type { ArgumentNode, LogicalNode, ValueNode } from '../ast.ts'
import type { NodeKeys } from './node-keys.ts'

/** Slots by key of the node. */
export type SlotTable = ReadonlyMap<number, number>

/** Whether the node may get a slot. Fields always have one. */
export function isShareable(node: ArgumentNode): boolean {
  if (node.kind === 'call' || node.kind === 'any' || node.kind === 'all') return true
  if (node.kind !== 'comparison' || (node.left.kind === 'index' && node.left.each)) return false
  return node.operation.kind === 'matches' || node.operation.kind === 'wildcard'
}

function partsOf(node: ArgumentNode): readonly ArgumentNode[] {
  switch (node.kind) {
    case 'index':
      return [node.of]
    case 'call':
      return node.args
    case 'comparison':
      return [node.left]
    case 'combine':
      return node.items
    case 'not':
    case 'any':
    case 'all':
      return [node.item]
    default:
      return []
  }
}

/** A wildcard that ignores case compares the lower-cased value, which other wildcards can use too. */
export function foldedOperand(node: ArgumentNode): ValueNode | undefined {
  if (node.kind !== 'comparison' || node.operation.kind !== 'wildcard' || node.operation.strict)
    return undefined
  return node.left.kind === 'index' && node.left.each ? undefined : node.left
}

export interface SharedNodes {
  readonly slots: SlotTable
  /** Names of fields by slot; slots beyond are of other nodes. */
  readonly fields: readonly string[]
  readonly size: number
}

export function findSharedNodes(keys: NodeKeys, nodes: readonly (LogicalNode | ValueNode)[]): SharedNodes {
  const slots = new Map<number, number>()
  const fields: string[] = []
  const counts = new Map<number, number>()
  const count = (key: number): number => {
    const times = (counts.get(key) ?? 0) + 1
    counts.set(key, times)
    return times
  }
  const visit = (node: ArgumentNode): void => {
    if (node.kind === 'field') {
      const key = keys.of(node)
      if (!slots.has(key)) slots.set(key, fields.push(node.name) - 1)
      return
    }
    // The parts of what is computed once are computed once: they are not counted again.
    if (isShareable(node) && count(keys.of(node)) > 1) return
    const folded = foldedOperand(node)
    if (folded && count(keys.ofFolded(folded)) > 1) return
    for (const part of partsOf(node)) visit(part)
  }
  for (const node of nodes) visit(node)
  let size = fields.length
  for (const [key, times] of counts) if (times > 1) slots.set(key, size++)
  return { slots, fields, size }
}
