/**
 * Between the bytes that the language counts and the characters that files are made of.
 * @module
 */
import type { FilterError } from '../lang/filter-error.ts'

/** Bytes of a UTF-16 unit in UTF-8; the two halves of a pair have two each. */
function byteLength(unit: number): number {
  if (unit < 0x80) return 1
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2
  return 3
}

/** Index in `text` of the character at a byte of its UTF-8 form; the end for bytes after it. */
export function characterAt(text: string, byte: number): number {
  let index = 0
  for (let bytes = 0; index < text.length && bytes < byte; index++)
    bytes += byteLength(text.charCodeAt(index))
  return index
}

/** The characters of `text` that an error is about, from `start` up to but not including `end`. */
export function errorRange(
  text: string,
  { line, column, length }: Pick<FilterError, 'line' | 'column' | 'length'>,
): readonly [start: number, end: number] {
  let from = 0
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', from)
    if (next < 0) break
    from = next + 1
  }
  const rest = text.slice(from)
  return [from + characterAt(rest, column - 1), from + characterAt(rest, column - 1 + length)]
}
