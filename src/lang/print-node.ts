/**
 * A syntax tree as text: for reports, and for telling two spellings of one expression apart from two
 * expressions.
 * @module
 */
import type { ArgumentNode, Index, LogicalNode, Operation, ValueNode } from './ast.ts'
import { isEach, isLogical } from './node-type.ts'
import { printBytes, printElement, printLiteral, printRaw } from './print-literal.ts'

/** The canonical text. Parsed again, it gives the same tree but for spans. */
export function printNode(node: ArgumentNode): string {
  if (node.kind === 'literal') return printLiteral(node.literal)
  return isLogical(node) ? printLogical(node) : printValue(node)
}

function printValue(node: ValueNode): string {
  if (node.kind === 'field') return node.name
  if (node.kind === 'call') return `${node.name}(${node.args.map(printArgument).join(', ')})`
  return printValue(node.of) + node.indexes.map(printIndex).join('')
}

function printArgument(node: ArgumentNode): string {
  return isLogical(node) ? printEnclosed(node, false) : printNode(node)
}

function printIndex(index: Index): string {
  if (index.kind === 'each') return '[*]'
  return index.kind === 'at' ? `[${index.index}]` : `[${printBytes(index.key)}]`
}

function printLogical(node: LogicalNode): string {
  switch (node.kind) {
    case 'comparison':
      return printValue(node.left) + printOperation(node.operation)
    case 'combine':
      return node.items.map(printOperand).join(` ${node.op} `)
    case 'not':
      return `not ${printOperand(node.item)}`
    default:
      return `${node.kind}(${printEnclosed(node.item, node.item.kind === 'comparison' && !isEach(node.item.left))})`
  }
}

/** What stands beside an operator. Parentheses keep what is inside `a and (b or c)` and `(a or b) or c`. */
function printOperand(node: LogicalNode): string {
  return node.kind === 'combine' ? `(${printLogical(node)})` : printLogical(node)
}

/**
 * Inside the parentheses of a call: what is joined needs parentheses of its own, and so does a `Bool` that is
 * meant as a comparison, as it would be read as a value.
 */
function printEnclosed(node: LogicalNode, bare: boolean): string {
  const text = printOperand(node)
  return bare || node.kind !== 'comparison' || node.operation.kind !== 'is-true' ? text : `(${text})`
}

function printOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'is-true':
      return ''
    case 'order':
      return ` ${operation.order} ${printLiteral(operation.literal)}`
    case 'bit-and':
      return ` bitwise_and ${operation.mask}`
    case 'contains':
      return ` contains ${printBytes(operation.value)}`
    case 'matches':
      return ` matches ${printRaw(operation.plan.source)}`
    case 'wildcard':
      return ` ${operation.strict ? 'strict wildcard' : 'wildcard'} ${printBytes(operation.pattern)}`
    case 'in':
      return ` in {${operation.elements.map(printElement).join(' ')}}`
    case 'in-list':
      return ` in $${operation.list}`
  }
}
