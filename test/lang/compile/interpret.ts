/**
 * Evaluates a syntax tree as it is defined, one node at a time, with nothing shared, compiled or sped up: what
 * the compiler is compared with.
 */
import type {
  ArgumentNode,
  Index,
  IntLiteral,
  Literal,
  LogicalNode,
  Operation,
  SetElement,
  ValueNode,
} from '../../../src/lang/ast.ts'
import { parseIpLiteral } from '../../../src/lang/ip-literal.ts'
import { isArrayNode } from '../../../src/lang/node-type.ts'
import type { Environment } from '../../../src/lang/program.ts'
import { isAddress, isArray, isMap, type Value } from '../../../src/lang/value.ts'
import type { Address } from '../../../src/net/address.ts'

type Facts = ReadonlyMap<string, Value>

/** Family and number, so that order is plain and families differ. */
function addressNumber(address: Address): readonly [number, bigint] {
  if (address.version === 4) return [4, BigInt(address.value)]
  return [6, address.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)]
}

function comparable(value: Value): string | bigint | readonly [number, bigint] | undefined {
  if (typeof value === 'number') return BigInt(value)
  if (isAddress(value)) return addressNumber(value)
  return typeof value === 'string' || typeof value === 'bigint' ? value : undefined
}

function literalOf({ kind, value }: Literal): Value | undefined {
  if (kind === 'int') return typeof value === 'number' ? value : BigInt(value)
  return kind === 'ip' ? parseIpLiteral(value) : value
}

/** -1, 0, 1, or `undefined` for what does not compare. */
function compare(a: Value, b: Value | undefined): number | undefined {
  let x = comparable(a)
  let y = b === undefined ? undefined : comparable(b)
  if (typeof x === 'object' && typeof y === 'object') {
    if (x[0] !== y[0]) return undefined
    x = x[1]
    y = y[1]
  }
  if (x === undefined || y === undefined || typeof x !== typeof y) return undefined
  return x < y ? -1 : x > y ? 1 : 0
}

function inElement(value: Value, element: SetElement): boolean {
  if (element.kind === 'bytes') return value === element.value
  const bound = (literal: IntLiteral | string): Value | undefined =>
    literalOf({ kind: element.kind, value: literal } as Literal)
  const low = compare(value, bound(element.from))
  const high = compare(value, bound(element.to))
  return low !== undefined && high !== undefined && low >= 0 && high <= 0
}

function wildcardToRegExp(pattern: string, strict: boolean): RegExp {
  const source = pattern.replace(/\\[\\*]|\*|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*'
    return `\\x${part
      .charCodeAt(part.length - 1)
      .toString(16)
      .padStart(2, '0')}`
  })
  return new RegExp(`^${source}$`, strict ? '' : 'i')
}

function holds(value: Value, operation: Operation, environment: Environment<Facts>): boolean {
  const text = typeof value === 'string' ? value : undefined
  switch (operation.kind) {
    case 'is-true':
      return value === true
    case 'order': {
      const order = compare(value, literalOf(operation.literal))
      if (order === undefined) return operation.order === 'ne'
      const signs = { eq: [0], ne: [-1, 1], ge: [0, 1], le: [-1, 0], gt: [1], lt: [-1] }
      return signs[operation.order].includes(order)
    }
    case 'bit-and':
      return (BigInt(value as number) & BigInt(operation.mask)) !== 0n
    case 'contains':
      return text?.includes(operation.value) ?? false
    case 'matches':
      return text !== undefined && new RegExp(operation.plan.source).test(text)
    case 'wildcard':
      return text !== undefined && wildcardToRegExp(operation.pattern, operation.strict).test(text)
    case 'in':
      return operation.elements.some((element) => inElement(value, element))
    case 'in-list':
      return environment.list(operation.list)?.(value) ?? false
  }
}

function follow(value: Value, indexes: readonly Index[]): readonly Value[] {
  const [index, ...rest] = indexes
  if (!index) return [value]
  const items = isArray(value) ? value : isMap(value) ? [...value.values()] : []
  if (index.kind === 'each') return items.flatMap((item) => follow(item, rest))
  const next =
    index.kind === 'at'
      ? isArray(value)
        ? value[index.index]
        : undefined
      : isMap(value)
        ? value.get(index.key)
        : undefined
  return next === undefined ? [] : follow(next, rest)
}

export interface Interpreter {
  value(node: ValueNode): Value | undefined
  test(node: LogicalNode): boolean
}

export function createInterpreter(environment: Environment<Facts>, facts: Facts): Interpreter {
  const value = (node: ValueNode): Value | undefined => {
    if (node.kind === 'field') return environment.fields.get(node.name)?.(facts)
    if (node.kind === 'index') {
      const root = value(node.of)
      return root === undefined ? undefined : follow(root, node.indexes)[0]
    }
    const call = environment.functions.get(node.name)?.call ?? (() => undefined)
    const [first, ...others] = node.args
    const rest = others.map(argument)
    if (!node.mapped || !first) return call(first ? [argument(first), ...rest] : [])
    const items = list(first as ValueNode)
    return items?.map((item) => call([item, ...rest])).filter((result) => result !== undefined)
  }
  /** `undefined` for nil: what is before the last `[*]` is not there. */
  const list = (node: ValueNode): readonly Value[] | undefined => {
    const each = node.kind === 'index' && node.each
    if (!each) {
      const items = value(node)
      return items === undefined ? undefined : follow(items, [{ kind: 'each' }])
    }
    const root = value(node.of)
    if (root === undefined) return undefined
    const simple =
      node.indexes.filter(({ kind }) => kind === 'each').length === 1 && node.indexes.at(-1)?.kind === 'each'
    if (simple && follow(root, node.indexes.slice(0, -1)).length === 0) return undefined
    return follow(root, node.indexes)
  }
  const argument = (node: ArgumentNode): Value | undefined => {
    if (node.kind === 'literal') return literalOf(node.literal)
    if (node.kind === 'field' || node.kind === 'call' || node.kind === 'index') return value(node)
    return isArrayNode(node) ? array(node) : test(node)
  }
  const array = (node: LogicalNode): readonly boolean[] => {
    if (node.kind === 'not') return array(node.item).map((item) => !item)
    if (node.kind === 'comparison')
      return (list(node.left) ?? []).map((item) => holds(item, node.operation, environment))
    if (node.kind !== 'combine') return []
    const arrays = node.items.map(array)
    const length = Math.min(...arrays.map((items) => items.length))
    return Array.from({ length }, (_, i) =>
      combine(
        node.op,
        arrays.map((items) => items[i] ?? false),
      ),
    )
  }
  const test = (node: LogicalNode): boolean => {
    switch (node.kind) {
      case 'comparison': {
        const left = value(node.left)
        if (left !== undefined) return holds(left, node.operation, environment)
        return environment.nilNotEqual && node.operation.kind === 'order' && node.operation.order === 'ne'
      }
      case 'combine':
        return combine(node.op, node.items.map(test))
      case 'not':
        return !test(node.item)
      default: {
        const { item } = node
        const direct = item.kind === 'comparison' && !(item.left.kind === 'index' && item.left.each)
        if (direct && value(item.left) === undefined) return false
        return combine(node.kind === 'any' ? 'or' : 'and', array(item))
      }
    }
  }
  return { value, test }
}

function combine(op: 'and' | 'or' | 'xor', items: readonly boolean[]): boolean {
  if (op === 'and') return items.every(Boolean)
  return op === 'or' ? items.some(Boolean) : items.filter(Boolean).length % 2 === 1
}
