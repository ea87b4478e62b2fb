/**
 * From positions in the source to a line and a column.
 * @module
 */
import type { FilterError } from '../filter-error.ts'
import { toText } from '../value.ts'
import type { LexFailure } from './lex-failure.ts'

/** `source` is a binary string of the whole text. What is underlined ends with its line. */
export function toFilterError(source: string, failure: LexFailure): FilterError {
  const lineStart = failure.start === 0 ? 0 : source.lastIndexOf('\n', failure.start - 1) + 1
  const newline = source.indexOf('\n', lineStart)
  const lineEnd = newline < 0 ? source.length : newline
  let line = 1
  for (let i = source.indexOf('\n'); i >= 0 && i < lineStart; i = source.indexOf('\n', i + 1)) line++
  return {
    kind: failure.kind,
    line,
    column: failure.start - lineStart + 1,
    length: Math.max(0, Math.min(failure.end, lineEnd) - failure.start),
    source: toText(source.slice(lineStart, lineEnd)),
    message: failure.message,
    fix: failure.fix,
  }
}
