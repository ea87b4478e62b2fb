/**
 * A place in a text that is being parsed. All expressions used with it are sticky and free of ambiguity, so
 * that parsing takes one pass.
 * @module
 */

export interface TextCursor {
  readonly text: string
  /** Index of the next character. */
  at: number
  /** How many more values may be read: bounds the work and memory that a text can cause. */
  budget: number
  /** A key came twice within one dictionary or one set of parameters. */
  repeated: boolean
  /** Refuse byte sequences that are not canonical base64. */
  readonly canonical: boolean
}

/** Reads what the sticky expression matches here, or nothing. */
export function take(cursor: TextCursor, form: RegExp): string | undefined {
  form.lastIndex = cursor.at
  const text = form.exec(cursor.text)?.[0]
  if (text !== undefined) cursor.at += text.length
  return text
}

/** True when the next character is this one, which is then read. */
export function skip(cursor: TextCursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false
  cursor.at++
  return true
}

/** Reads spaces, if there are any. */
export function skipSpaces(cursor: TextCursor): void {
  while (cursor.text.charCodeAt(cursor.at) === 0x20) cursor.at++
}

/** Reads optional white space (RFC 9110 section 5.6.3), if there is any. */
export function skipWhiteSpace(cursor: TextCursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at)
    if (code !== 0x20 && code !== 0x09) return
    cursor.at++
  }
}

export function isAtEnd(cursor: TextCursor): boolean {
  return cursor.at >= cursor.text.length
}
