/** Our syntax tree in the JSON form that the engine's exam gives its own in. */
import type {
  ArgumentNode,
  Index,
  Literal,
  LogicalNode,
  Operation,
  SetElement,
  ValueNode,
} from '../../src/lang/ast.ts'
import { decodeUtf8 } from '../../src/lang/utf8.ts'

const ORDERS = {
  eq: 'Equal',
  ne: 'NotEqual',
  ge: 'GreaterThanEqual',
  le: 'LessThanEqual',
  gt: 'GreaterThan',
  lt: 'LessThan',
}

/** Text when it is UTF-8, else the bytes. */
export function bytesJson(bytes: string): unknown {
  return decodeUtf8(bytes) ?? [...bytes].map((char) => char.charCodeAt(0))
}

export function literalJson(literal: Literal): unknown {
  return literal.kind === 'bytes' ? bytesJson(literal.value) : literal.value
}

export function indexJson(index: Index): unknown {
  if (index.kind === 'each') return { kind: 'MapEach' }
  return index.kind === 'at'
    ? { kind: 'ArrayIndex', value: index.index }
    : { kind: 'MapKey', value: bytesJson(index.key) }
}

export function valueJson(node: ValueNode): unknown {
  if (node.kind === 'field') return node.name
  if (node.kind === 'call') return { name: node.name, args: node.args.map(argumentJson) }
  return [valueJson(node.of), ...node.indexes.map(indexJson)]
}

function argumentJson(node: ArgumentNode): unknown {
  if (node.kind === 'literal') return { kind: 'Literal', value: literalJson(node.literal) }
  if (node.kind === 'field' || node.kind === 'call' || node.kind === 'index') {
    return { kind: 'IndexExpr', value: valueJson(node) }
  }
  return { kind: 'SimpleExpr', value: logicalJson(node) }
}

export function logicalJson(node: LogicalNode): unknown {
  switch (node.kind) {
    case 'comparison':
      return { lhs: valueJson(node.left), ...operationJson(node.operation) }
    case 'combine':
      return { op: capital(node.op), items: node.items.map(logicalJson) }
    case 'not':
      return { op: 'Not', arg: logicalJson(node.item) }
    default:
      return { op: capital(node.kind), arg: { kind: 'SimpleExpr', value: logicalJson(node.item) } }
  }
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

function operationJson(operation: Operation): object {
  switch (operation.kind) {
    case 'is-true':
      return { op: 'IsTrue' }
    case 'order':
      return { op: ORDERS[operation.order], rhs: literalJson(operation.literal) }
    case 'bit-and':
      return { op: 'BitwiseAnd', rhs: operation.mask }
    case 'contains':
      return { op: 'Contains', rhs: bytesJson(operation.value) }
    case 'matches':
      return { op: 'Matches', rhs: bytesJson(operation.plan.source) }
    case 'wildcard':
      return { op: operation.strict ? 'Strict Wildcard' : 'Wildcard', rhs: bytesJson(operation.pattern) }
    case 'in':
      return { op: 'OneOf', rhs: operation.elements.map(elementJson) }
    case 'in-list':
      return { op: 'InList', rhs: operation.list }
  }
}

function elementJson(element: SetElement): unknown {
  return element.kind === 'bytes' ? bytesJson(element.value) : { start: element.from, end: element.to }
}
