/**
 * From text to a production and back: trims, checks the length, and turns a failure into an error with a place.
 * @module
 */
import type { FilterError } from '../filter-error.ts'
import type { Scheme } from '../scheme.ts'
import { toBytes } from '../value.ts'
import { GRAMMAR } from './grammar.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import type { ParseContext } from './parse-context.ts'
import { toFilterError } from './to-filter-error.ts'

export type ParseResult<T> =
  | { readonly ok: true; readonly node: T }
  | { readonly ok: false; readonly error: FilterError }

/** Unicode's `White_Space`, as the engine trims it. It is wider than the space inside an expression. */
const EDGES = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const LEADING = new RegExp(`^${EDGES}*`)
const EDGE = new RegExp(EDGES)

/** Reads the whole of `text` as one production. Never throws for any text. */
export function parseText<T>(
  text: string,
  scheme: Scheme,
  read: (context: ParseContext, at: number) => Lexed<T>,
): ParseResult<T> {
  if (isTooLong(text, scheme.maxLength)) return { ok: false, error: failLength(scheme.maxLength) }
  const leading = LEADING.exec(text)?.[0] ?? ''
  // Of space only, nothing is trimmed at the front: the error is underlined at the very beginning.
  const blank = leading.length === text.length
  const start = blank ? 0 : toBytes(leading).length
  const source = blank ? '' : toBytes(trimEnd(text, leading.length))
  const context: ParseContext = { source, scheme, grammar: GRAMMAR, depth: 0 }
  try {
    const { value, at } = read(context, start)
    if (at < source.length) throw failRest(source, at)
    return { ok: true, node: value }
  } catch (failure) {
    if (failure instanceof LexFailure) return { ok: false, error: toFilterError(toBytes(text), failure) }
    throw failure
  }
}

/** Character by character: an expression for trailing space would try each run of it anew. */
function trimEnd(text: string, from: number): string {
  let end = text.length
  while (end > from && EDGE.test(text[end - 1] as string)) end--
  return text.slice(0, end)
}

function isTooLong(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  return text.length > 2 * limit || [...text].length > limit
}

function failLength(limit: number): FilterError {
  const message = `the expression is longer than ${limit} characters`
  const fix = 'Split the rule into several, or move addresses and names into a list: ip.src in $name.'
  return { kind: 'too-long', line: 1, column: 1, length: 0, source: '', message, fix }
}

function failRest(source: string, at: number): LexFailure {
  return new LexFailure('end-of-input', [at, source.length], 'unrecognised input', explainRest(source, at))
}

function explainRest(source: string, at: number): string {
  const rest = source.slice(at, at + 8).replace(/^[ \r\n]+/, '')
  if (rest.startsWith('\t')) return 'Write spaces instead of tabs.'
  if (rest.startsWith(')')) return 'There is no parenthesis to close here.'
  if (rest.startsWith('#') || rest.startsWith('//')) return 'There are no comments in an expression.'
  const word = /^(?:and|or|xor|not)/i.exec(rest)?.[0]
  if (word !== undefined && word !== word.toLowerCase()) {
    return `Operators are in lower case: write ${word.toLowerCase()}.`
  }
  if (/^(?:==|!=|eq|ne)/.test(rest)) {
    return 'A Bool is not compared: write the field by itself, or not and the field.'
  }
  if (/^[&|^]/.test(rest)) return 'Write and or &&, or or ||, xor or ^^ between comparisons.'
  return 'Write and, or, xor before another comparison, or take this out.'
}
