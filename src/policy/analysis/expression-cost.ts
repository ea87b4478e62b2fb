/**
 * What an expression costs when all of it is evaluated, in units of about 10 ns.
 *
 * The worst case of an ordinary request: no comparison is left out because another has decided. What the
 * compiler shares between expressions is counted once (`src/lang/compile/shared-nodes.ts`).
 * @module
 */
import type { ArgumentNode, ComparisonNode, IndexNode, Operation, ValueNode } from '../../lang/ast.ts'
import { FUNCTIONS } from '../../lang/functions/table.ts'
import { keyOf } from './claim.ts'
import { fieldCost, itemsOf } from './field-costs.ts'

/** Keys of what has been paid for. One for all rules that run on one request. */
export type Paid = Set<string>

const LINEAR_REGEX = 60
const NATIVE_REGEX = 5
const FOLD_CASE = 5
const UNKNOWN_FUNCTION = 10

function operationCost(operation: Operation): number {
  switch (operation.kind) {
    case 'is-true':
      return 0
    case 'order':
    case 'bit-and':
      return 1
    case 'contains':
      return 4
    case 'matches':
      return operation.plan.engine === 'native' ? NATIVE_REGEX : LINEAR_REGEX
    case 'wildcard':
      return 4 + 2 * (operation.pattern.split('*').length - 1)
    case 'in':
      return 2
    case 'in-list':
      return 5
  }
}

/** How many elements an array expression has; one for what is no array. */
function countItems(node: ValueNode): number {
  if (node.kind === 'field') return itemsOf(node.name)
  const first = node.kind === 'call' ? node.args[0] : node.of
  if (first === undefined || first.kind === 'literal') return itemsOf('')
  if (first.kind === 'field') return hasKey(node) ? 1 : itemsOf(first.name)
  return first.kind === 'call' || first.kind === 'index' ? countItems(first) : itemsOf('')
}

/** Values under one name of a header or argument: nearly always one. */
function hasKey(node: ValueNode): boolean {
  return node.kind === 'index' && node.indexes.some(({ kind }) => kind === 'key')
}

function isEach(node: ArgumentNode): node is IndexNode {
  return node.kind === 'index' && node.each === true
}

function comparisonCost(node: ComparisonNode, paid: Paid): number {
  const { left, operation } = node
  const each = isEach(left)
  const times = each ? countItems(left) : 1
  const folds = operation.kind === 'wildcard' && !operation.strict
  const fold = folds ? (each ? times * FOLD_CASE : payOnce(`~${keyOf(left)}`, FOLD_CASE, paid)) : 0
  return costOf(left, paid) + fold + times * operationCost(operation)
}

function payOnce(key: string, cost: number, paid: Paid): number {
  if (paid.has(key)) return 0
  paid.add(key)
  return cost
}

function sum(nodes: readonly ArgumentNode[], paid: Paid): number {
  return nodes.reduce((total, node) => total + costOf(node, paid), 0)
}

function isShared(node: ArgumentNode): boolean {
  if (node.kind === 'call' || node.kind === 'any' || node.kind === 'all' || node.kind === 'field') return true
  if (node.kind !== 'comparison' || isEach(node.left)) return false
  return node.operation.kind === 'matches' || node.operation.kind === 'wildcard'
}

function freshCost(node: ArgumentNode, paid: Paid): number {
  switch (node.kind) {
    case 'literal':
      return 0
    case 'field':
      return fieldCost(node.name)
    case 'index':
      return costOf(node.of, paid) + 2 * node.indexes.length
    case 'call': {
      const own = FUNCTIONS.get(node.name)?.cost ?? UNKNOWN_FUNCTION
      return sum(node.args, paid) + own * (node.mapped ? countItems(node) : 1)
    }
    case 'comparison':
      return comparisonCost(node, paid)
    case 'combine':
      return sum(node.items, paid) + node.items.length
    case 'not':
      return costOf(node.item, paid) + 1
    default:
      return costOf(node.item, paid) + 2
  }
}

/** The cost of what `paid` does not hold yet, and adds it there. */
export function costOf(node: ArgumentNode, paid: Paid): number {
  if (!isShared(node)) return freshCost(node, paid)
  const key = keyOf(node)
  if (paid.has(key)) return 0
  paid.add(key)
  return freshCost(node, paid)
}
