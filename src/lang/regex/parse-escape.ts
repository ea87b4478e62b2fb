/**
 * Escapes of the Rust dialect: what follows a backslash.
 * @module
 */
import { DIGIT, SPACE, WORD } from './ascii-classes.ts'
import type { Cursor } from './cursor.ts'
import { classLimit, failTables } from './mode.ts'
import type { Look } from './node.ts'
import { parseHex } from './parse-hex.ts'
import { parseProperty } from './parse-property.ts'
import type { Primitive } from './primitive.ts'
import { negateRanges, type Ranges } from './ranges.ts'

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['v', 0x0b],
])

const LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['A', 'start'],
  ['z', 'end'],
  ['b', 'word'],
  ['B', 'not-word'],
  ['<', 'word-start'],
  ['>', 'word-end'],
])

const WORD_LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['start', 'word-start'],
  ['end', 'word-end'],
  ['start-half', 'word-start-half'],
  ['end-half', 'word-end-half'],
])

/** Advice for escapes that other dialects have. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['Z', 'Write \\z for the end of the text.'],
  ['Q', 'There is no \\Q…\\E: escape the characters one by one.'],
  ['E', 'There is no \\Q…\\E: escape the characters one by one.'],
  ['h', 'Write [ \\t] for horizontal white space.'],
  ['R', 'Write \\r?\\n for an end of line.'],
  ['K', 'There is no \\K: use groups.'],
  ['G', 'There is no \\G: use ^ or \\A.'],
  ['e', 'Write \\x1b for escape.'],
  ['c', 'Write control characters as \\xHH.'],
  ['k', 'References to groups are not supported.'],
])

/** Reads one escape; the cursor is at the backslash. */
export function parseEscape(cursor: Cursor): Primitive {
  const start = cursor.at
  cursor.at++
  if (cursor.atEnd)
    cursor.fail('nothing follows the last backslash', 'Write \\\\ for a backslash.', cursor.at)
  const char = cursor.peek()
  if (/^[0-9]$/.test(char))
    cursor.fail('references to groups and octal escapes are not supported', 'Write a byte as \\xHH.', start)
  if (char === 'x' || char === 'u' || char === 'U') return parseHex(cursor, char, start)
  if (char === 'p' || char === 'P') return parseProperty(cursor, start)
  if (/^[dswDSW]$/.test(char)) {
    cursor.at++
    return { kind: 'class', ranges: perlClass(cursor, char, start), start }
  }
  cursor.at++
  const code = CONTROLS.get(char) ?? (isEscapable(char) ? char.charCodeAt(0) : undefined)
  if (code !== undefined) return { kind: 'literal', code, byte: false, start }
  const look = LOOKS.get(char)
  if (look === undefined)
    return cursor.fail(
      `there is no escape \\${char}`,
      FOREIGN.get(char) ?? 'Leave the backslash out, or write \\\\ for a backslash.',
      start,
    )
  const special = char === 'b' && cursor.peek() === '{' ? parseWordLook(cursor, start) : undefined
  return { kind: 'look', look: special ?? look, start }
}

/** ASCII but letters, digits and the angles, which mean something. */
function isEscapable(char: string): boolean {
  return char.length === 1 && char.charCodeAt(0) < 0x80 && !/[0-9A-Za-z<>]/.test(char)
}

function perlClass(cursor: Cursor, char: string, start: number): Ranges {
  const tables = cursor.tables
  const name = char.toLowerCase()
  let ranges = name === 'd' ? DIGIT : name === 's' ? SPACE : WORD
  if (cursor.flags.unicode) {
    if (tables === undefined) failTables(cursor, start)
    ranges = name === 'd' ? tables.digit : name === 's' ? tables.space : tables.word
  }
  return char === name ? ranges : negateRanges(ranges, classLimit(cursor))
}

/** `\b{start}`; nothing is read, and `undefined` returned, when the brace opens a repetition. */
function parseWordLook(cursor: Cursor, start: number): Look | undefined {
  const brace = cursor.at
  cursor.bump()
  if (cursor.atEnd) cursor.fail('the brace after \\b is not closed', 'Write \\b{start} or \\b.', start)
  if (!/^[A-Za-z-]$/.test(cursor.peek())) {
    cursor.at = brace
    return undefined
  }
  let name = ''
  while (/^[A-Za-z-]$/.test(cursor.peek())) {
    name += cursor.peek()
    cursor.bump()
  }
  if (cursor.peek() !== '}')
    cursor.fail('the brace after \\b is not closed', 'Write \\b{start} or \\b.', brace)
  cursor.at++
  const look = WORD_LOOKS.get(name)
  if (look === undefined)
    cursor.fail(
      `there is no word boundary named ${JSON.stringify(name)}`,
      'Use start, end, start-half or end-half.',
      brace + 1,
    )
  return look
}
