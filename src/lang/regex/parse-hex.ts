/**
 * Escapes with hexadecimal digits.
 * @module
 */
import type { Cursor } from './cursor.ts'
import type { Primitive } from './primitive.ts'
import { MAX_CODE_POINT } from './unicode.ts'

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Reads `\x41`, `\u0041`, `\U00000041` or a letter with braces; the cursor is at the letter. */
export function parseHex(cursor: Cursor, letter: string, start: number): Primitive {
  cursor.bump()
  const braced = cursor.peek() === '{'
  const digits = braced ? readBraced(cursor, start) : readDigits(cursor, HEX_DIGITS[letter] ?? 2)
  const code = Number.parseInt(digits, 16)
  if (code > MAX_CODE_POINT || (code >= 0xd800 && code <= 0xdfff))
    cursor.fail('not a character of Unicode', 'Write a code point up to 10FFFF that is no surrogate.', start)
  const byte = !braced && letter === 'x' && !cursor.flags.unicode
  return { kind: 'literal', code, byte, start }
}

function readDigits(cursor: Cursor, count: number): string {
  let digits = ''
  for (let i = 0; i < count; i++) {
    digits += readHexDigit(cursor)
    cursor.bump()
  }
  return digits
}

function readBraced(cursor: Cursor, start: number): string {
  let digits = ''
  cursor.bump()
  while (!cursor.atEnd && cursor.peek() !== '}') {
    digits += readHexDigit(cursor)
    cursor.bump()
  }
  if (cursor.atEnd) cursor.fail('the escape has no closing brace', 'Write \\x{41}.', start)
  cursor.bump()
  if (digits === '') cursor.fail('the escape has no digits', 'Write \\x{41}.', start)
  // More than eight digits that matter are beyond Unicode; the caller says so.
  return digits.replace(/^0+(?=.)/, '').slice(0, 9)
}

function readHexDigit(cursor: Cursor): string {
  if (cursor.atEnd) cursor.fail('the escape ends too early', 'Write two digits after \\x: \\x41.', cursor.at)
  if (!/^[0-9A-Fa-f]$/.test(cursor.peek()))
    cursor.fail(
      `${JSON.stringify(cursor.peek())} is not a hexadecimal digit`,
      'Write \\x41 or \\x{41}.',
      cursor.at,
    )
  return cursor.peek()
}
