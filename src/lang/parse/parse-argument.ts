/**
 * One argument of a function. The grammar is ambiguous here (`fe80::1`, `10` and `cf.score` begin alike), so
 * the engine looks at three characters and then, if need be, tries one reading after the other.
 * @module
 */
import type { ArgumentNode, Literal } from '../ast.ts'
import { lexBytes } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import { lexInt } from './lex-int.ts'
import { lexIp } from './lex-ip.ts'
import type { Lexed } from './lexed.ts'
import { readComparisonOperator, readNot, readQuantifier } from './operators.ts'
import type { ParseContext } from './parse-context.ts'
import { HEX_DIGITS, IDENTIFIER, isAt, skipSpace } from './scan.ts'

export function parseArgument(context: ParseContext, at: number): Lexed<ArgumentNode> {
  const { source, grammar } = context
  const first = source[at]
  const second = source[at + 1]
  if (first === '"' || (first === 'r' && (second === '#' || second === '"'))) {
    return toArgument('bytes', lexBytes(source, at))
  }
  if (first === '(' || readNot(source, at) !== undefined || readQuantifier(source, at)) {
    return grammar.logical(context, at)
  }
  return looksLikeName(source, at) ? parseValueOrComparison(context, at) : parseBlindly(context, at)
}

/** A value, or a comparison when an operator follows. */
function parseValueOrComparison(context: ParseContext, at: number): Lexed<ArgumentNode> {
  const value = context.grammar.value(context, at)
  const operator = readComparisonOperator(context.source, skipSpace(context.source, value.at))
  return operator ? context.grammar.comparison(context, value.value, value.at) : value
}

/** One of the first three characters of a word cannot be in a hexadecimal number. */
function looksLikeName(source: string, at: number): boolean {
  for (let i = at; i < at + 3; i++) {
    if (!isAt(source, i, IDENTIFIER)) return false
    if (!isAt(source, i, HEX_DIGITS)) return true
  }
  return false
}

function parseBlindly(context: ParseContext, at: number): Lexed<ArgumentNode> {
  const { source } = context
  const value = attempt(() => parseValueOrComparison(context, at))
  if (!(value instanceof LexFailure)) return value
  // Names that begin like `decade` or `cf.` come here too: what is ours to say about them is not lost.
  if (value.kind === 'unavailable-field' || value.kind === 'unknown-list') throw value
  // Numbers after addresses and before bytes: `10` is all three, in part.
  const ip = attempt(() => lexIp(source, at))
  if (!(ip instanceof LexFailure)) return toArgument('ip', ip)
  const int = attempt(() => lexInt(source, at))
  if (!(int instanceof LexFailure)) {
    return { value: { kind: 'literal', literal: { kind: 'int', value: int.value } }, at: int.at }
  }
  const bytes = attempt(() => lexBytes(source, at))
  if (!(bytes instanceof LexFailure)) return toArgument('bytes', bytes)
  throw new LexFailure(
    'end-of-input',
    [at, source.length],
    'unrecognised input',
    explainArgument(source, at, value),
  )
}

function toArgument(kind: 'ip' | 'bytes', lexed: Lexed<string>): Lexed<ArgumentNode> {
  const literal: Literal = { kind, value: lexed.value }
  return { value: { kind: 'literal', literal }, at: lexed.at }
}

function explainArgument(source: string, at: number, failure: LexFailure): string {
  if (at >= source.length || source[at] === ',') return 'Write an argument here.'
  return isAt(source, at, IDENTIFIER)
    ? failure.fix
    : 'Write a field, a function, a number or a quoted string.'
}

function attempt<T>(read: () => Lexed<T>): Lexed<T> | LexFailure {
  try {
    return read()
  } catch (failure) {
    if (failure instanceof LexFailure) return failure
    throw failure
  }
}
