/**
 * An expression that gives a value: what a counter counts by, what a header is set to.
 * @module
 */
import type { ValueNode } from './ast.ts'
import { isEach } from './node-type.ts'
import { checkOnce } from './parse/check-once.ts'
import { LexFailure } from './parse/lex-failure.ts'
import type { Lexed } from './parse/lexed.ts'
import type { ParseContext } from './parse/parse-context.ts'
import { type ParseResult, parseText } from './parse/parse-text.ts'
import { parseValueNode } from './parse/parse-value-node.ts'
import { describeType } from './parse/type-text.ts'
import type { Scheme } from './scheme.ts'

/** Reads and checks a value, such as `lower(http.request.headers["x-tenant"][0])`. */
export function parseValue(text: string, scheme: Scheme): ParseResult<ValueNode> {
  return parseText(text, scheme, readValue)
}

function readValue(context: ParseContext, at: number): Lexed<ValueNode> {
  const value = parseValueNode(context, at)
  if (isEach(value.value)) {
    const type = describeType(value.value.type)
    throw new LexFailure(
      'type-mismatch',
      [at, context.source.length],
      `expected value of type ${type}, but got Array<${type}>`,
      'One value is needed: take an element with [0], or join(..., ",").',
    )
  }
  checkOnce(value.value, context.scheme)
  return value
}
