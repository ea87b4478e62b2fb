/**
 * `any(...)` and `all(...)`: one answer from an array of them.
 * @module
 */
import type { ArgumentNode, LogicalNode, QuantifierNode, Span } from '../ast.ts'
import { argumentType, BOOL_ARRAY, isEach, isLogical } from '../node-type.ts'
import { equalTypes, type Type } from '../type.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { parseArgument } from './parse-argument.ts'
import { nest, type ParseContext } from './parse-context.ts'
import { expectLiteral, skipSpace } from './scan.ts'
import { describeType } from './type-text.ts'

/** `start` is where the word begins, `paren` where its parenthesis is. */
export function parseQuantifier(
  context: ParseContext,
  kind: 'any' | 'all',
  start: number,
  paren: number,
): Lexed<QuantifierNode> {
  const { source } = context
  const inner = nest(context, paren)
  const from = skipSpace(source, paren + 1)
  const argument = parseArgument(inner, from)
  const item = toItem(argument.value, [from, argument.at], kind)
  const fix = `${kind} takes one argument: close its parenthesis, and put and, or, xor in parentheses of their own.`
  const at = expectLiteral(source, skipSpace(source, argument.at), ')', fix)
  return { value: { kind, item, span: [start, at] }, at }
}

function toItem(node: ArgumentNode, span: Span, kind: 'any' | 'all'): LogicalNode {
  const type = argumentType(node)
  if (!equalTypes(type, BOOL_ARRAY)) failType(type, span, kind, isEach(node))
  if (node.kind === 'literal') return failType(type, span, kind, false)
  if (isLogical(node)) return node
  if (isEach(node)) {
    // The engine takes this, and panics when it meets the first element.
    const message = 'cannot perform this operation on type Array<Array<Bool>>'
    throw new LexFailure('unsupported-operation', span, message, 'Leave out one [*].')
  }
  return { kind: 'comparison', left: node, operation: { kind: 'is-true' }, span }
}

function failType(type: Type, span: Span, kind: 'any' | 'all', each: boolean): never {
  const message = `expected value of type Array<Bool>, but got ${describeType(type)}`
  const fix = each
    ? `Leave out the [*], or compare the elements: ${kind}(... [*] == ...).`
    : `${kind} needs one answer for each element: compare with [*], as ${kind}(http.request.headers.names[*] == "x").`
  throw new LexFailure('type-mismatch', span, message, fix)
}
