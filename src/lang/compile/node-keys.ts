/**
 * Numbers for expressions, so that equal ones have the same number (hash-consing).
 * @module
 */
import type { ArgumentNode, Index, Literal, LogicalNode, Operation, ValueNode } from '../ast.ts'

function indexKey(index: Index): string {
  if (index.kind === 'each') return '*'
  // Quoted, as a key may hold the characters that separate.
  return index.kind === 'at' ? `#${index.index}` : JSON.stringify(index.key)
}

function literalKey(literal: Literal): string {
  return `${literal.kind}:${literal.value}`
}

function operationKey(operation: Operation): string {
  switch (operation.kind) {
    case 'is-true':
      return 'true'
    case 'order':
      return `${operation.order} ${literalKey(operation.literal)}`
    case 'bit-and':
      return `& ${operation.mask}`
    case 'contains':
      return `contains ${operation.value}`
    case 'matches':
      return `${operation.plan.engine} ${operation.plan.source}`
    case 'wildcard':
      return `${operation.strict ? 'strict' : 'wildcard'} ${operation.pattern}`
    case 'in':
      return `in ${JSON.stringify(operation.elements)}`
    case 'in-list':
      return `list ${operation.list}`
  }
}

export interface NodeKeys {
  of(node: ArgumentNode): number
  /** Of the ASCII-lower-cased value. */
  ofFolded(node: ValueNode): number
}

/** The keys of parts are numbers, so a key is as long as its own node's text, not that of all below it. */
export function createNodeKeys(): NodeKeys {
  const numbers = new Map<string, number>()
  const numberOf = (key: string): number => {
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, numbers.size)
    return numbers.size - 1
  }
  const list = (nodes: readonly ArgumentNode[]): string => nodes.map((node) => keys.of(node)).join(',')
  const textOf = (node: Exclude<ArgumentNode, { kind: 'literal' }>): string => {
    switch (node.kind) {
      case 'field':
        return `f${node.name}`
      case 'index':
        return `i${keys.of(node.of)}${node.indexes.map(indexKey).join(' ')}`
      case 'call':
        return `c${node.name}(${list(node.args)}`
      default:
        return logicalText(node)
    }
  }
  const logicalText = (node: LogicalNode): string => {
    switch (node.kind) {
      case 'comparison':
        return `o${keys.of(node.left)} ${operationKey(node.operation)}`
      case 'combine':
        return `${node.op}(${list(node.items)}`
      default:
        return `${node.kind}(${keys.of(node.item)}`
    }
  }
  const keys: NodeKeys = {
    of: (node) => numberOf(node.kind === 'literal' ? `l${literalKey(node.literal)}` : textOf(node)),
    ofFolded: (node) => numberOf(`~${keys.of(node)}`),
  }
  return keys
}
