/**
 * The literal after `matches`. It has its own rules: in quotes backslashes belong to the expression, only
 * `\"` becomes a quote, and inside `[...]` a quote does not end it.
 * @module
 */
import type { Span } from '../ast.ts'
import { lexRaw } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { nextCharacter } from './scan.ts'

export interface RegexLiteral {
  /** The regular expression, a binary string. */
  readonly source: string
  /** Where it stands between its quotes. */
  readonly span: Span
}

export function lexRegex(source: string, at: number): Lexed<RegexLiteral> {
  const first = source[at]
  if (first === '"') return lexQuotedRegex(source, at + 1)
  if (first === 'r') {
    const raw = lexRaw(source, at + 1)
    const content = source.indexOf('"', at) + 1
    return { value: { source: raw.value, span: [content, content + raw.value.length] }, at: raw.at }
  }
  const fix = 'Write the regular expression as a raw string: r"...".'
  if (first === undefined) throw new LexFailure('end-of-input', [at, at], 'unrecognised input', fix)
  throw new LexFailure('expected-name', [at, source.length], 'expected " or r', fix)
}

function lexQuotedRegex(source: string, start: number): Lexed<RegexLiteral> {
  let regex = ''
  let inClass = false
  let at = start
  while (at < source.length) {
    const end = nextCharacter(source, at)
    const char = source.slice(at, end)
    if (char === '"' && !inClass) return { value: { source: regex, span: [start, at] }, at: end }
    if (char === '\\') {
      const escapedEnd = nextCharacter(source, end)
      const escaped = source.slice(end, escapedEnd)
      if (escaped !== '') regex += inClass || escaped !== '"' ? `\\${escaped}` : escaped
      at = escapedEnd
      continue
    }
    if (char === '[' || (char === ']' && inClass)) inClass = char === '['
    regex += char
    at = end
  }
  throw new LexFailure(
    'missing-ending-quote',
    [start, source.length],
    'could not find an ending quote',
    'End the regular expression with a double quote, or write it as r"...". A quote inside [ ] does not end it.',
  )
}
