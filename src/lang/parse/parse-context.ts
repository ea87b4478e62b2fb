/**
 * What every production needs, and the productions that refer to each other in a circle.
 * @module
 */
import type { LogicalNode, ValueNode } from '../ast.ts'
import type { Scheme } from '../scheme.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'

/** An argument may be a value, a comparison or anything in parentheses. */
export interface Grammar {
  readonly value: (context: ParseContext, at: number) => Lexed<ValueNode>
  readonly comparison: (context: ParseContext, left: ValueNode, at: number) => Lexed<LogicalNode>
  readonly logical: (context: ParseContext, at: number) => Lexed<LogicalNode>
}

export interface ParseContext {
  /** A binary string of the expression's UTF-8, without space at its end. */
  readonly source: string
  readonly scheme: Scheme
  readonly grammar: Grammar
  /** Levels around the current position. */
  readonly depth: number
}

/** The context one level deeper. Fails with `nesting-limit`, underlining from `at`. */
export function nest(context: ParseContext, at: number): ParseContext {
  const { depth, scheme, source } = context
  if (depth < scheme.maxNesting) return { ...context, depth: depth + 1 }
  throw new LexFailure(
    'nesting-limit',
    [at, source.length],
    `maximum nesting depth exceeded (limit: ${scheme.maxNesting})`,
    'Take out parentheses, or split the rule into two.',
  )
}
