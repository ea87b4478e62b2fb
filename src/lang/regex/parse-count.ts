/**
 * How often an item is repeated.
 * @module
 */
import type { Cursor } from './cursor.ts'

const MAX_COUNT = 0xffffffff

/**
 * Reads `?`, `*`, `+` or `{n,m}`; the cursor is at its first character, which is at `start`. Without an upper
 * bound the second number is `Infinity`.
 */
export function readCount(cursor: Cursor, start: number): [number, number] {
  const char = cursor.peek()
  if (char !== '{') {
    cursor.at++
    return [char === '+' ? 1 : 0, char === '?' ? 1 : Number.POSITIVE_INFINITY]
  }
  cursor.bump()
  const min = readDecimal(cursor)
  let max = min
  if (cursor.peek() === ',') {
    cursor.bump()
    max = cursor.peek() === '}' ? Number.POSITIVE_INFINITY : readDecimal(cursor)
  }
  if (cursor.peek() !== '}')
    cursor.fail('the count has no closing brace', 'Write {2,3}, or \\{ for a brace.', start)
  if (Number.isNaN(min) || Number.isNaN(max))
    cursor.fail('the count needs a number', 'Write {2}, {2,}, {0,3} or {2,3}; \\{ for a brace.', start)
  cursor.bump()
  if (min > max) cursor.fail('the count ends before it begins', 'Swap its numbers.', start)
  return [min, max]
}

/** NaN when there are no digits: what is wrong then depends on what follows. */
function readDecimal(cursor: Cursor): number {
  const start = cursor.at
  let digits = ''
  while (/^\p{White_Space}$/u.test(cursor.peek())) cursor.at++
  while (/^[0-9]$/.test(cursor.peek())) {
    digits += cursor.peek()
    cursor.bump()
  }
  while (/^\p{White_Space}$/u.test(cursor.peek())) cursor.bump()
  if (digits === '') return Number.NaN
  if (Number(digits) > MAX_COUNT) cursor.fail('the count is too large', `Write at most ${MAX_COUNT}.`, start)
  return Number(digits)
}
