/**
 * Bracketed classes of the Rust dialect: ranges, POSIX names, nesting and `&& -- ~~`.
 * @module
 */
import { POSIX_CLASSES } from './ascii-classes.ts'
import type { Cursor } from './cursor.ts'
import { classLimit, foldCase } from './mode.ts'
import { parseEscape } from './parse-escape.ts'
import type { Primitive } from './primitive.ts'
import {
  exclusiveRanges,
  intersectRanges,
  negateRanges,
  normalizeRanges,
  type Ranges,
  subtractRanges,
} from './ranges.ts'

export interface ParsedClass {
  readonly ranges: Ranges
  /** Levels of syntax, as the engine counts them for its limit. */
  readonly depth: number
}

type Operator = '&&' | '--' | '~~'

const OPERATORS: readonly Operator[] = ['&&', '--', '~~']

const APPLY: Readonly<Record<Operator, (a: Ranges, b: Ranges) => Ranges>> = {
  '&&': intersectRanges,
  '--': subtractRanges,
  '~~': exclusiveRanges,
}

/** Items between two operators, or an operator and a bracket. */
class Union {
  readonly ranges: number[] = []
  items = 0
  depth = 0

  add(ranges: Ranges, depth: number): void {
    for (const bound of ranges) this.ranges.push(bound)
    this.items++
    this.depth = Math.max(this.depth, depth)
  }

  close(): ParsedClass {
    return { ranges: normalizeRanges(this.ranges), depth: this.items > 1 ? this.depth + 1 : this.depth }
  }
}

/** Reads a class; the cursor is at the opening bracket. `level` counts the brackets around it. */
export function parseClass(cursor: Cursor, level = 1): ParsedClass {
  const start = cursor.at
  if (level > MAX_LEVELS) cursor.fail('classes are nested too deeply', 'Use fewer levels of brackets.', start)
  const { negated, union: first } = openClass(cursor, start)
  let union = first
  let left: ParsedClass | undefined
  let operator: Operator | undefined
  const combine = (): ParsedClass => {
    const right = union.close()
    if (left === undefined || operator === undefined) return right
    const a = foldCase(cursor, left.ranges, start)
    const b = foldCase(cursor, right.ranges, start)
    return { ranges: APPLY[operator](a, b), depth: 1 + Math.max(left.depth, right.depth) }
  }
  for (;;) {
    cursor.skipSpace()
    if (cursor.atEnd) failUnclosed(cursor, start)
    const found = OPERATORS.find((text) => cursor.startsWith(text))
    if (cursor.peek() === ']') {
      cursor.at++
      const { ranges, depth } = combine()
      const folded = foldCase(cursor, ranges, start)
      return { ranges: negated ? negateRanges(folded, classLimit(cursor)) : folded, depth: depth + 1 }
    }
    if (found !== undefined) {
      cursor.at += 2
      left = combine()
      operator = found
      union = new Union()
    } else parseItem(cursor, union, start, level)
  }
}

/** Far more than anyone writes, and far less than the stack holds. */
const MAX_LEVELS = 250

function openClass(cursor: Cursor, start: number): { negated: boolean; union: Union } {
  const union = new Union()
  cursor.bump()
  const negated = cursor.peek() === '^'
  if (negated) cursor.bump()
  while (cursor.peek() === '-') {
    union.add([0x2d, 0x2d], 0)
    cursor.bump()
  }
  if (union.items === 0 && cursor.peek() === ']') {
    union.add([0x5d, 0x5d], 0)
    cursor.bump()
  }
  if (cursor.atEnd) failUnclosed(cursor, start)
  return { negated, union }
}

function failUnclosed(cursor: Cursor, start: number): never {
  return cursor.fail(
    'the class is not closed',
    'Add ], and write \\] for a bracket that is meant as a character.',
    start,
  )
}

function parseItem(cursor: Cursor, union: Union, start: number, level: number): void {
  if (cursor.peek() === '[') {
    const posix = takePosix(cursor)
    if (posix !== undefined) union.add(posix, 0)
    else {
      const { ranges, depth } = parseClass(cursor, level + 1)
      union.add(ranges, depth)
    }
    return
  }
  const first = parsePrimitive(cursor)
  cursor.skipSpace()
  if (cursor.atEnd) failUnclosed(cursor, start)
  const follows = peekPastSpace(cursor)
  if (cursor.peek() !== '-' || follows === ']' || follows === '-') {
    if (first.kind === 'look')
      cursor.fail('a word boundary cannot be in a class', 'Write \\x08 for backspace.', first.start)
    if (first.kind === 'class') union.add(first.ranges, 0)
    else {
      const code = literalCode(cursor, first)
      union.add([code, code], 0)
    }
    return
  }
  cursor.bump()
  if (cursor.atEnd) failUnclosed(cursor, start)
  const last = parsePrimitive(cursor)
  const from = boundCode(cursor, first)
  const to = boundCode(cursor, last)
  if (from > to)
    cursor.fail('the range ends before it begins', 'Swap its ends, or write \\- for a hyphen.', first.start)
  union.add([literalCode(cursor, first), literalCode(cursor, last)], 0)
}

function peekPastSpace(cursor: Cursor): string {
  const at = cursor.at
  cursor.bump()
  const char = cursor.peek()
  cursor.at = at
  return char
}

function parsePrimitive(cursor: Cursor): Primitive {
  if (cursor.peek() === '\\') return parseEscape(cursor)
  const start = cursor.at
  const code = cursor.peek().codePointAt(0) ?? 0
  cursor.at++
  return { kind: 'literal', code, byte: false, start }
}

function boundCode(cursor: Cursor, primitive: Primitive): number {
  if (primitive.kind === 'literal') return primitive.code
  return cursor.fail(
    'a range must go from one character to another',
    'Put the hyphen first or last in the class, or write \\-.',
    primitive.start,
  )
}

function literalCode(cursor: Cursor, primitive: Primitive): number {
  const code = boundCode(cursor, primitive)
  if (!cursor.flags.unicode && !(primitive.kind === 'literal' && primitive.byte) && code > 0x7f)
    cursor.fail(
      'a class takes single bytes, and this character is several',
      'Write (?u:[…]), or (?:é|ü) instead of [éü].',
      primitive.start,
    )
  return code
}

/** `[:alpha:]` or `[:^alpha:]`. Anything else that begins so is an ordinary class. */
function takePosix(cursor: Cursor): Ranges | undefined {
  // The longest name is `[:^xdigit:]`.
  const match = /^\[:(\^?)([a-z]+):\]/.exec(cursor.text(cursor.at, cursor.at + 12))
  const ranges = POSIX_CLASSES.get(match?.[2] ?? '')
  if (match === null || ranges === undefined) return undefined
  const start = cursor.at
  cursor.at += match[0].length
  const folded = foldCase(cursor, ranges, start)
  return match[1] === '^' ? negateRanges(folded, classLimit(cursor)) : folded
}
