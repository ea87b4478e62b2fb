/**
 * Comparisons joined by `or`, `xor`, `and` (each binding more tightly than the one before), `not`,
 * parentheses, `any` and `all`.
 * @module
 */
import type { LogicalNode } from '../ast.ts'
import { logicalType } from '../node-type.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import {
  type LogicalOperator,
  precedenceOf,
  readLogicalOperator,
  readNot,
  readQuantifier,
} from './operators.ts'
import { nest, type ParseContext } from './parse-context.ts'
import { parseQuantifier } from './parse-quantifier.ts'
import { expectLiteral, skipSpace } from './scan.ts'
import { describeType } from './type-text.ts'

/** An operator that has been read, and where its right side begins; without one, where the left side ended. */
interface Lookahead {
  readonly operator?: LogicalOperator
  readonly at: number
}

export function parseLogical(context: ParseContext, at: number): Lexed<LogicalNode> {
  const first = parseSimple(context, at)
  return parseMore(context, first.value, 0, lookAhead(context.source, first.at))
}

function parseSimple(context: ParseContext, at: number): Lexed<LogicalNode> {
  const { source, grammar } = context
  if (source[at] === '(') return parseParentheses(nest(context, at), at)
  const operand = readNot(source, at)
  if (operand !== undefined) {
    const item = parseSimple(nest(context, at), skipSpace(source, operand))
    return { value: { kind: 'not', item: item.value, span: [at, item.at] }, at: item.at }
  }
  const quantifier = readQuantifier(source, at)
  if (quantifier) return parseQuantifier(context, quantifier.value, at, quantifier.at)
  const left = grammar.value(context, at)
  return grammar.comparison(context, left.value, left.at)
}

function parseParentheses(context: ParseContext, at: number): Lexed<LogicalNode> {
  const { source } = context
  const inner = parseLogical(context, skipSpace(source, at + 1))
  const end = skipSpace(source, inner.at)
  return { value: inner.value, at: expectLiteral(source, end, ')', explainClose(source, end)) }
}

function explainClose(source: string, at: number): string {
  return at >= source.length
    ? 'Close the parenthesis.'
    : 'Write and, or, xor before the next comparison, or close the parenthesis.'
}

function lookAhead(source: string, at: number): Lookahead {
  const operator = readLogicalOperator(source, skipSpace(source, at))
  return operator ? { operator: operator.value, at: skipSpace(source, operator.at) } : { at }
}

function precedence(lookahead: Lookahead): number {
  return lookahead.operator ? precedenceOf(lookahead.operator) : 0
}

/** Precedence climbing: takes operators that bind at least as tightly as `least`. */
function parseMore(
  context: ParseContext,
  first: LogicalNode,
  least: number,
  start: Lookahead,
): Lexed<LogicalNode> {
  const { source } = context
  // A chain of one operator becomes one node; a chain in parentheses is a node of its own.
  const chain = { operator: undefined as LogicalOperator | undefined, items: [first] }
  let lookahead = start
  while (lookahead.operator) {
    const { operator } = lookahead
    let right = parseSimple(context, lookahead.at)
    lookahead = lookAhead(source, right.at)
    while (precedence(lookahead) > precedenceOf(operator)) {
      right = parseMore(context, right.value, precedence(lookahead), lookahead)
      lookahead = lookAhead(source, right.at)
    }
    expectSameType(source, chain.items[0] ?? first, right.value, lookahead.at)
    if (chain.operator !== undefined && chain.operator !== operator) chain.items = [toNode(chain)]
    chain.operator = operator
    chain.items.push(right.value)
    if (precedence(lookahead) < least) lookahead = { at: right.at }
  }
  return { value: toNode(chain), at: lookahead.at }
}

function toNode(chain: { operator: LogicalOperator | undefined; items: LogicalNode[] }): LogicalNode {
  const { operator, items } = chain
  const [first] = items
  if (operator === undefined || items.length === 1) return first as LogicalNode
  const span = [first?.span?.[0] ?? 0, items.at(-1)?.span?.[1] ?? 0] as const
  return { kind: 'combine', op: operator, items, span }
}

/** Both sides give `Bool`, or both an array of them. The engine underlines what follows the right side. */
function expectSameType(source: string, left: LogicalNode, right: LogicalNode, at: number): void {
  const leftType = logicalType(left)
  const rightType = logicalType(right)
  if (leftType === 'Bool' && rightType === 'Bool') return
  const bothArrays = [leftType, rightType].every((type) => typeof type !== 'string' && 'array' in type)
  if (bothArrays) return
  throw new LexFailure(
    'type-mismatch',
    [at, source.length],
    `expected value of type ${describeType(leftType)}, but got ${describeType(rightType)}`,
    'One side gives one answer, the other one for each element: put any(...) or all(...) around the latter.',
  )
}
