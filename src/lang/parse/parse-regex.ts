/**
 * The right side of `matches`: read, and planned at once, so that a bad expression is underlined.
 * @module
 */
import type { Operation } from '../ast.ts'
import { planRegex } from '../regex/plan-regex.ts'
import { LexFailure } from './lex-failure.ts'
import { lexRegex } from './lex-regex.ts'
import type { Lexed } from './lexed.ts'

/** Fails with `parse-regex` for an expression that is wrong or would be dangerous to run. */
export function parseRegex(source: string, at: number): Lexed<Operation> {
  const literal = lexRegex(source, at)
  const planned = planRegex(literal.value.source)
  if (planned.ok) return { value: { kind: 'matches', plan: planned.plan }, at: literal.at }
  throw new LexFailure('parse-regex', literal.value.span, planned.message, planned.fix)
}
