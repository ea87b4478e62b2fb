/**
 * Classes of Unicode: `\p{Greek}`.
 * @module
 */
import type { Cursor } from './cursor.ts'
import { failTables } from './mode.ts'
import type { Primitive } from './primitive.ts'
import { negateRanges } from './ranges.ts'
import { MAX_CODE_POINT } from './unicode.ts'

/** `\pL`, `\p{Greek}`, `\p{sc=Greek}`, `\p{gc:L}`, `\p{gc!=L}`. */
export function parseProperty(cursor: Cursor, start: number): Primitive {
  let negated = cursor.peek() === 'P'
  cursor.bump()
  if (cursor.atEnd) cursor.fail('the class has no name', 'Write \\p{L} after (?u).', start)
  let text = ''
  if (cursor.peek() === '{') {
    cursor.bump()
    while (!cursor.atEnd && cursor.peek() !== '}') {
      text += cursor.peek()
      cursor.bump()
    }
    if (cursor.atEnd) cursor.fail('the class has no closing brace', 'Write \\p{L}.', start)
    cursor.at++
  } else {
    if (cursor.peek() === '\\') cursor.fail('the class has no name', 'Write \\p{L} after (?u).', start)
    text = cursor.peek()
    cursor.bump()
  }
  if (!cursor.flags.unicode)
    cursor.fail('classes of Unicode need Unicode to be on', 'Write (?u:\\p{L}), or an ASCII class.', start)
  if (cursor.tables === undefined) failTables(cursor, start)
  const parts = /^(.*?)(!=|:|=)(.*)$/s.exec(text)
  const found = cursor.tables.property(parts?.[1] ?? text, parts?.[3])
  if (found === undefined)
    cursor.fail(
      `there is no property ${JSON.stringify(text)}`,
      'Use a general category, a script or a property.',
      start,
    )
  if (parts?.[2] === '!=') negated = !negated
  const folded = cursor.flags.ignoreCase ? cursor.tables.fold(found) : found
  return { kind: 'class', ranges: negated ? negateRanges(folded, MAX_CODE_POINT) : folded, start }
}
