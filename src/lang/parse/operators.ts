/**
 * The operators. The engine looks at the next bytes only, not at words: `eq"x"` and `nothost` are read.
 * @module
 */
import type { CombineNode, Ordering } from '../ast.ts'
import type { Lexed } from './lexed.ts'
import { skipSpace } from './scan.ts'

export type ComparisonOperator =
  | { readonly kind: 'in' | 'bit-and' | 'contains' | 'matches' | 'wildcard' | 'strict-wildcard' }
  | { readonly kind: 'order'; readonly order: Ordering }

function order(name: Ordering): ComparisonOperator {
  return { kind: 'order', order: name }
}

/** In the order in which the engine tries them. */
const COMPARISONS: readonly (readonly [string, ComparisonOperator])[] = [
  ['in', { kind: 'in' }],
  ['eq', order('eq')],
  ['==', order('eq')],
  ['ne', order('ne')],
  ['!=', order('ne')],
  ['ge', order('ge')],
  ['>=', order('ge')],
  ['le', order('le')],
  ['<=', order('le')],
  ['gt', order('gt')],
  ['>', order('gt')],
  ['lt', order('lt')],
  ['<', order('lt')],
  ['&', { kind: 'bit-and' }],
  ['bitwise_and', { kind: 'bit-and' }],
  ['contains', { kind: 'contains' }],
  ['~', { kind: 'matches' }],
  ['matches', { kind: 'matches' }],
  ['wildcard', { kind: 'wildcard' }],
  ['strict wildcard', { kind: 'strict-wildcard' }],
]

export type LogicalOperator = CombineNode['op']

const LOGICALS: readonly (readonly [string, LogicalOperator])[] = [
  ['or', 'or'],
  ['||', 'or'],
  ['xor', 'xor'],
  ['^^', 'xor'],
  ['and', 'and'],
  ['&&', 'and'],
]

const QUANTIFIERS: readonly (readonly [string, 'any' | 'all'])[] = [
  ['any', 'any'],
  ['all', 'all'],
]

function readOne<T>(
  source: string,
  at: number,
  table: readonly (readonly [string, T])[],
): Lexed<T> | undefined {
  for (const [text, value] of table) {
    if (source.startsWith(text, at)) return { value, at: at + text.length }
  }
  return undefined
}

export function readComparisonOperator(source: string, at: number): Lexed<ComparisonOperator> | undefined {
  return readOne(source, at, COMPARISONS)
}

export function readLogicalOperator(source: string, at: number): Lexed<LogicalOperator> | undefined {
  return readOne(source, at, LOGICALS)
}

/** The position after `not` or `!`. */
export function readNot(source: string, at: number): number | undefined {
  if (source.startsWith('not', at)) return at + 3
  return source.startsWith('!', at) ? at + 1 : undefined
}

/** `any` or `all`, when a parenthesis follows; `at` is that of the parenthesis. */
export function readQuantifier(source: string, at: number): Lexed<'any' | 'all'> | undefined {
  const read = readOne(source, at, QUANTIFIERS)
  if (!read) return undefined
  const paren = skipSpace(source, read.at)
  return source[paren] === '(' ? { value: read.value, at: paren } : undefined
}

/** Binds more tightly the higher it is. */
export function precedenceOf(operator: LogicalOperator): number {
  return operator === 'or' ? 1 : operator === 'xor' ? 2 : 3
}
