/**
 * The opening of a group: look-around refused, names, flags.
 * @module
 */
import type { Cursor, Flags } from './cursor.ts'

export interface GroupOpening {
  /** From 1; 0 for a group that does not capture. */
  readonly index: number
  readonly name?: string
  /** It was flags for what follows, with its parenthesis: `(?i)`. */
  readonly closed?: true
}

/** Reads up to the first item of the group and sets its flags; the cursor is at the parenthesis. */
export function openGroup(cursor: Cursor): GroupOpening {
  const start = cursor.at
  cursor.bump()
  if (['?=', '?!', '?<=', '?<!'].some((text) => cursor.startsWith(text)))
    cursor.fail('look-ahead and look-behind are not supported', 'Use two conditions joined by and.', start)
  if (cursor.take('?P<') || cursor.take('?<')) return { index: ++cursor.groups, name: readName(cursor) }
  if (!cursor.take('?')) return { index: ++cursor.groups }
  cursor.flags = readFlags(cursor, start)
  const closed = cursor.peek() === ')'
  cursor.at++
  return closed ? { index: 0, closed } : { index: 0 }
}

function readName(cursor: Cursor): string {
  const start = cursor.at
  while (!cursor.atEnd && cursor.peek() !== '>') {
    const first = cursor.at === start
    const valid = first ? /^[_\p{Alphabetic}]$/u : /^[_.[\]\p{Alphabetic}\p{N}]$/u
    if (!valid.test(cursor.peek()))
      cursor.fail(`a group's name cannot have ${JSON.stringify(cursor.peek())}`, 'Use letters, digits and _.')
    cursor.at++
  }
  const name = cursor.text(start, cursor.at)
  if (cursor.atEnd) cursor.fail("the group's name has no closing >", 'Write (?<name>…).', start)
  if (name === '') cursor.fail('the group has no name', 'Write (?<name>…) or (…).', start)
  if (cursor.names.has(name))
    cursor.fail(`two groups are named ${JSON.stringify(name)}`, 'Rename one.', start)
  cursor.names.add(name)
  cursor.at++
  return name
}

const FLAG_NAMES: ReadonlyMap<string, keyof Flags> = new Map<string, keyof Flags>([
  ['i', 'ignoreCase'],
  ['m', 'multiLine'],
  ['s', 'dotAll'],
  ['U', 'swapGreed'],
  ['u', 'unicode'],
  ['R', 'crlf'],
  ['x', 'verbose'],
])

/** Up to the `:` or `)`, which is not read. */
function readFlags(cursor: Cursor, start: number): Flags {
  const flags = { ...cursor.flags }
  let on = true
  const from = cursor.at
  const seen = new Set<string>()
  for (; cursor.peek() !== ':' && cursor.peek() !== ')'; cursor.at++) {
    const char = cursor.peek()
    const flag = FLAG_NAMES.get(char)
    if (cursor.atEnd) cursor.fail('the group is not closed', 'Write (?i) or (?i:…).', start)
    if (seen.has(char)) cursor.fail(`${JSON.stringify(char)} is there twice`, 'Give each flag once.')
    seen.add(char)
    if (char === '-') on = false
    else if (flag !== undefined) flags[flag] = on
    else
      cursor.fail(
        `there is no flag ${JSON.stringify(char)}`,
        'Flags are i, m, s, R, U, u and x; a group without a capture is (?:…).',
      )
  }
  const text = cursor.text(from, cursor.at)
  if (text.endsWith('-')) cursor.fail('no flag follows the minus', 'Write (?-i).', cursor.at - 1)
  if (text === '' && cursor.peek() === ')')
    cursor.fail('there is nothing to repeat', 'Write \\? for the character.', from)
  return flags
}
