/**
 * Whether data is a syntax tree. For trees that have travelled: the bundle is signed, but a Worker must also
 * survive one that another version of the checker has written.
 *
 * Only the shape is looked at, not the types of fields and functions. The walk is bounded in depth and nodes.
 * @module
 */
import type { LogicalNode, ValueNode } from './ast.ts'

/** The checker allows 128 levels; a level of expression can be three of nodes. */
const MAX_DEPTH = 512
/** An expression has at most 4,096 characters. */
const MAX_NODES = 16_384
const MAX_TYPE_DEPTH = 8

type Data = Readonly<Record<string, unknown>>

interface Walk {
  nodes: number
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isInt(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,19}$/.test(value))
}

function isType(value: unknown, depth = 0): boolean {
  if (typeof value === 'string')
    return value === 'Bytes' || value === 'Int' || value === 'Bool' || value === 'Ip'
  if (!isData(value) || depth >= MAX_TYPE_DEPTH) return false
  return isType(value.array ?? value.map, depth + 1)
}

function isLiteral(value: unknown): boolean {
  if (!isData(value)) return false
  if (value.kind === 'int') return isInt(value.value)
  return (value.kind === 'bytes' || value.kind === 'ip') && isText(value.value)
}

function isElement(value: unknown): boolean {
  if (!isData(value)) return false
  if (value.kind === 'bytes') return isText(value.value)
  if (value.kind === 'int') return isInt(value.from) && isInt(value.to)
  return value.kind === 'ip' && isText(value.from) && isText(value.to)
}

function isIndex(value: unknown): boolean {
  if (!isData(value)) return false
  if (value.kind === 'at') return Number.isSafeInteger(value.index)
  return value.kind === 'each' || (value.kind === 'key' && isText(value.key))
}

const ORDERINGS: ReadonlySet<unknown> = new Set(['eq', 'ne', 'ge', 'le', 'gt', 'lt'])

function isPlan(value: unknown): boolean {
  if (!isData(value) || !isText(value.source)) return false
  if (value.engine === 'linear')
    return [value.pattern, value.needs].every((text) => text === undefined || isText(text))
  return value.engine === 'native' && isText(value.pattern)
}

function isOperation(value: unknown): boolean {
  if (!isData(value)) return false
  switch (value.kind) {
    case 'is-true':
      return true
    case 'order':
      return ORDERINGS.has(value.order) && isLiteral(value.literal)
    case 'bit-and':
      return isInt(value.mask)
    case 'contains':
      return isText(value.value)
    case 'matches':
      return isPlan(value.plan)
    case 'wildcard':
      return isText(value.pattern) && typeof value.strict === 'boolean'
    case 'in':
      return Array.isArray(value.elements) && value.elements.every(isElement)
    case 'in-list':
      return isText(value.list)
    default:
      return false
  }
}

/** Counts a node; false when there have been too many, or the walk is too deep. */
function enter(walk: Walk, depth: number): boolean {
  return ++walk.nodes <= MAX_NODES && depth <= MAX_DEPTH
}

function isFlag(value: unknown): boolean {
  return value === undefined || value === true
}

function isCall(value: Data, walk: Walk, depth: number): boolean {
  const { args } = value
  if (!isText(value.name) || !Array.isArray(args) || !isFlag(value.mapped)) return false
  return args.every((arg) => isArgument(arg, walk, depth))
}

function isValue(value: unknown, walk: Walk, depth: number): boolean {
  if (!isData(value) || !enter(walk, depth) || !isType(value.type)) return false
  switch (value.kind) {
    case 'field':
      return isText(value.name)
    case 'call':
      return isCall(value, walk, depth + 1)
    case 'index':
      if (!isData(value.of) || value.of.kind === 'index' || !isFlag(value.each)) return false
      if (!Array.isArray(value.indexes) || !value.indexes.every(isIndex)) return false
      return isValue(value.of, walk, depth + 1)
    default:
      return false
  }
}

function isArgument(value: unknown, walk: Walk, depth: number): boolean {
  if (!isData(value)) return false
  if (value.kind === 'literal') return enter(walk, depth) && isLiteral(value.literal)
  if (value.kind === 'field' || value.kind === 'call' || value.kind === 'index')
    return isValue(value, walk, depth)
  return isLogical(value, walk, depth)
}

function isLogical(value: unknown, walk: Walk, depth: number): boolean {
  if (!isData(value) || !enter(walk, depth)) return false
  switch (value.kind) {
    case 'comparison':
      return isValue(value.left, walk, depth + 1) && isOperation(value.operation)
    case 'combine': {
      const { items, op } = value
      if (op !== 'and' && op !== 'or' && op !== 'xor') return false
      if (!Array.isArray(items) || items.length < 2) return false
      return items.every((item) => isLogical(item, walk, depth + 1))
    }
    case 'not':
    case 'any':
    case 'all':
      return isLogical(value.item, walk, depth + 1)
    default:
      return false
  }
}

export function isLogicalNode(value: unknown): value is LogicalNode {
  return isLogical(value, { nodes: 0 }, 0)
}

export function isValueNode(value: unknown): value is ValueNode {
  return isValue(value, { nodes: 0 }, 0)
}
