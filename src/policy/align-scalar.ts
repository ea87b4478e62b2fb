/**
 * Where each character of a YAML scalar's value stands in the file, so that a fault inside an expression can be
 * shown at its place whatever style the scalar is written in (YAML 1.2.2 chapters 7 and 8).
 * @module
 */

export type ScalarStyle = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE' | 'BLOCK_LITERAL' | 'BLOCK_FOLDED'

interface Cursor {
  readonly source: string
  readonly value: string
  /** Offsets in `source` by index in `value`. */
  readonly places: number[]
  at: number
}

/** Longer scalars are no expressions; runs of blanks are looked at once per character. */
const MAX_LENGTH = 20_000
const BLANK = /[ \t\r\n]/
/** Digits after the letter of an escape in double quotes; others have none (YAML 1.2.2 section 5.7). */
const ESCAPE_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

/** End of the run of blanks and line breaks at `from`. */
function endOfBlanks(text: string, from: number): number {
  let end = from
  while (end < text.length && BLANK.test(text[end] ?? '')) end++
  return end
}

/** A line break in plain or quoted style: one becomes a blank, each one more a line feed. */
function foldFlow(cursor: Cursor): void {
  const end = endOfBlanks(cursor.source, cursor.at)
  const breaks = cursor.source.slice(cursor.at, end).split('\n').length - 1
  for (let i = 0; i < Math.max(1, breaks - 1); i++) cursor.places.push(cursor.at)
  cursor.at = end
}

/** A run with a line break in block style: what the value has there, counted from the end for extra indentation. */
function foldBlock(cursor: Cursor): void {
  const { source, value, places } = cursor
  const end = endOfBlanks(source, cursor.at)
  const length = endOfBlanks(value, places.length) - places.length
  for (let left = length; left > 0; left--) places.push(Math.max(cursor.at, end - left))
  cursor.at = end
}

/** An escape in double quotes; an escaped line break stands for nothing. */
function takeEscape(cursor: Cursor): void {
  const { source, value, places } = cursor
  const letter = source[cursor.at + 1] ?? ''
  if (letter === '\n' || letter === '\r') {
    cursor.at = endOfBlanks(source, cursor.at + 1)
    return
  }
  const units = letter === 'U' && (value.codePointAt(places.length) ?? 0) > 0xffff ? 2 : 1
  for (let i = 0; i < units; i++) places.push(cursor.at)
  cursor.at += 2 + (ESCAPE_DIGITS.get(letter) ?? 0)
}

/** True when the blanks at the cursor go over a line's end. */
function breaksLine({ source, at }: Cursor): boolean {
  return BLANK.test(source[at] ?? '') && source.slice(at, endOfBlanks(source, at)).includes('\n')
}

function takeOne(cursor: Cursor, style: ScalarStyle): boolean {
  const { source, value, places, at } = cursor
  if (breaksLine(cursor)) {
    if (style.startsWith('BLOCK')) foldBlock(cursor)
    else foldFlow(cursor)
    return true
  }
  if (style === 'QUOTE_DOUBLE' && source[at] === '\\') {
    takeEscape(cursor)
    return true
  }
  if (source[at] !== value[places.length]) return false
  places.push(at)
  cursor.at += style === 'QUOTE_SINGLE' && source[at] === "'" ? 2 : 1
  return true
}

/** Offset of the first character that can belong to the value. */
function contentStart(source: string, style: ScalarStyle): number {
  if (style === 'PLAIN') return 0
  if (!style.startsWith('BLOCK')) return 1
  const header = source.indexOf('\n')
  return header < 0 ? source.length : header
}

/**
 * Offsets in `source` (the scalar as written, with quotes or header) of each character of `value`, and of its
 * end. `undefined` when the two do not fit together; then only the scalar's start is known.
 */
export function alignScalar(
  source: string,
  value: string,
  style: ScalarStyle,
): readonly number[] | undefined {
  if (source.length > MAX_LENGTH) return undefined
  const cursor: Cursor = { source, value, places: [], at: contentStart(source, style) }
  // The header's own line break is no content; those that follow it, and the indentation, are folded with it.
  if (style.startsWith('BLOCK')) foldBlock(cursor)
  while (cursor.places.length < value.length && cursor.at < source.length) {
    if (!takeOne(cursor, style)) return undefined
  }
  if (cursor.places.length < value.length) return undefined
  return [...cursor.places.slice(0, value.length), cursor.at]
}
