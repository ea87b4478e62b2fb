/**
 * An expression that says yes or no.
 * @module
 */
import type { LogicalNode } from './ast.ts'
import { logicalType } from './node-type.ts'
import { checkOnce } from './parse/check-once.ts'
import { LexFailure } from './parse/lex-failure.ts'
import type { Lexed } from './parse/lexed.ts'
import type { ParseContext } from './parse/parse-context.ts'
import { parseLogical } from './parse/parse-logical.ts'
import { type ParseResult, parseText } from './parse/parse-text.ts'
import { describeType } from './parse/type-text.ts'
import type { Scheme } from './scheme.ts'

/**
 * Reads and checks a filter, such as `http.host eq "example.com" and not ssl`. Type checking happens while
 * reading, in the order of Cloudflare's engine, so that the first error and its place are the same.
 */
export function parseFilter(text: string, scheme: Scheme): ParseResult<LogicalNode> {
  return parseText(text, scheme, readFilter)
}

function readFilter(context: ParseContext, at: number): Lexed<LogicalNode> {
  const filter = parseLogical(context, at)
  const type = logicalType(filter.value)
  if (type !== 'Bool') {
    throw new LexFailure(
      'type-mismatch',
      [filter.at, context.source.length],
      `expected value of type Bool, but got ${describeType(type)}`,
      'This gives one answer for each element: put any(...) or all(...) around it.',
    )
  }
  checkOnce(filter.value, context.scheme)
  return filter
}
