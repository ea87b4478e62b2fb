/**
 * Parser of the Rust `regex` dialect as Cloudflare's engine uses it: over bytes, Unicode off until `(?u)`.
 * Syntax and limits were checked against the engine itself (test/lang/regex/engine.test.ts).
 * @module
 */
import { Cursor } from './cursor.ts'
import { classLimit, foldCase } from './mode.ts'
import { alternateNodes, concatNodes, EMPTY, isZeroWidth, type RegexNode } from './node.ts'
import { parseClass } from './parse-class.ts'
import { readCount } from './parse-count.ts'
import { parseEscape } from './parse-escape.ts'
import { openGroup } from './parse-group.ts'
import type { Primitive } from './primitive.ts'
import { negateRanges, type Ranges } from './ranges.ts'
import { RegexSyntaxError } from './syntax-error.ts'
import type { UnicodeTables } from './unicode.ts'
import { encodeUtf8, utf8Class } from './utf8.ts'

/** The engine's own limit on levels of syntax. */
const MAX_DEPTH = 250

export type ParsedRegex =
  | { readonly ok: true; readonly node: RegexNode }
  | { readonly ok: false; readonly message: string; readonly fix: string; readonly offset: number }

/** Depth counts levels as the engine does; flags stand in a sequence but cannot be repeated. */
interface Item {
  readonly node: RegexNode
  readonly depth: number
  readonly flags?: true
}

/**
 * Parses `source`, a binary string of UTF-8. Classes of Unicode need `tables`; without them they are an
 * error that says so. `offset` counts bytes.
 */
export function parseRegex(source: string, tables?: UnicodeTables): ParsedRegex {
  try {
    const cursor = new Cursor(source, tables)
    const item = parseAlternation(cursor, 0)
    if (!cursor.atEnd)
      cursor.fail('this parenthesis closes nothing', 'Remove it, or write \\) for a parenthesis.')
    if (item.depth > MAX_DEPTH)
      cursor.fail(`more than ${MAX_DEPTH} levels of syntax`, 'Use fewer groups inside groups.', 0)
    return { ok: true, node: item.node }
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    return { ok: false, message: error.message, fix: error.fix, offset: error.offset }
  }
}

/** Reads up to the end or the parenthesis that closes the group. */
function parseAlternation(cursor: Cursor, level: number): Item {
  if (level > MAX_DEPTH)
    cursor.fail(`more than ${MAX_DEPTH} levels of syntax`, 'Use fewer groups inside groups.')
  const branches: Item[] = []
  let items: Item[] = []
  for (;;) {
    cursor.skipSpace()
    const char = cursor.peek()
    if (char === '|') {
      branches.push(sequence(items))
      items = []
      cursor.at++
    } else if (char === '' || char === ')') break
    else if (char === '(') items.push(parseGroup(cursor, level))
    else if (char === '?' || char === '*' || char === '+' || char === '{')
      items.push(parseRepeat(cursor, items.pop()))
    else items.push(parseSingle(cursor))
  }
  const last = sequence(items)
  if (branches.length === 0) return last
  branches.push(last)
  return {
    node: alternateNodes(branches.map(({ node }) => node)),
    depth: 1 + Math.max(...branches.map(({ depth }) => depth)),
  }
}

function sequence(items: readonly Item[]): Item {
  const only = items[0]
  if (only !== undefined && items.length === 1) return only
  return {
    node: concatNodes(items.map(({ node }) => node)),
    depth: items.reduce((deepest, { depth }) => Math.max(deepest, depth + 1), 0),
  }
}

function parseSingle(cursor: Cursor): Item {
  const start = cursor.at
  const char = cursor.peek()
  if (char === '[') {
    const { ranges, depth } = parseClass(cursor)
    return { node: classNode(cursor, ranges), depth }
  }
  if (char === '\\') return { node: primitiveNode(cursor, parseEscape(cursor)), depth: 0 }
  cursor.at++
  if (char === '.') return { node: classNode(cursor, dotRanges(cursor)), depth: 0 }
  const { multiLine, crlf } = cursor.flags
  const edge = multiLine ? (crlf ? 'crlf-' : 'line-') : ''
  if (char === '^') return { node: { kind: 'look', look: `${edge}start` }, depth: 0 }
  if (char === '$') return { node: { kind: 'look', look: `${edge}end` }, depth: 0 }
  const literal: Primitive = { kind: 'literal', code: char.codePointAt(0) ?? 0, byte: false, start }
  return { node: primitiveNode(cursor, literal), depth: 0 }
}

function dotRanges(cursor: Cursor): Ranges {
  const { dotAll, crlf } = cursor.flags
  const excluded = dotAll ? [] : crlf ? [0x0a, 0x0a, 0x0d, 0x0d] : [0x0a, 0x0a]
  return negateRanges(excluded, classLimit(cursor))
}

function classNode(cursor: Cursor, ranges: Ranges): RegexNode {
  return cursor.flags.unicode ? utf8Class(ranges) : { kind: 'byte', ranges }
}

function primitiveNode(cursor: Cursor, primitive: Primitive): RegexNode {
  const { unicode, ignoreCase } = cursor.flags
  if (primitive.kind === 'class') return classNode(cursor, primitive.ranges)
  if (primitive.kind === 'look') {
    const { look, start } = primitive
    // Words of Unicode would need the character before, whose bytes an assertion here cannot see.
    if (unicode && look.includes('word'))
      cursor.fail('word boundaries of Unicode are not supported', 'Write (?-u:\\b).', start)
    return { kind: 'look', look }
  }
  const { code, byte, start } = primitive
  if (byte || code < 0x80 || unicode) {
    const ranges = [code, code]
    return classNode(cursor, ignoreCase && foldable(code, unicode) ? foldCase(cursor, ranges, start) : ranges)
  }
  return concatNodes(encodeUtf8(code).map((value) => ({ kind: 'byte', ranges: [value, value] })))
}

/** Saves the tables for characters that have another case. */
function foldable(code: number, unicode: boolean): boolean {
  return code < 0x80 ? /[a-z]/i.test(String.fromCharCode(code)) : unicode
}

function parseRepeat(cursor: Cursor, item: Item | undefined): Item {
  const start = cursor.at
  if (item === undefined || item.flags)
    return cursor.fail('there is nothing to repeat', `Write \\${cursor.peek()} for the character.`, start)
  const [min, max] = readCount(cursor, start)
  const question = cursor.peek() === '?'
  if (question) cursor.at++
  return { node: repeatNode(item.node, min, max, question !== cursor.flags.swapGreed), depth: item.depth + 1 }
}

/** An item that takes no bytes says nothing new the second time. */
function repeatNode(item: RegexNode, min: number, max: number, lazy: boolean): RegexNode {
  const once = isZeroWidth(item)
  const low = once ? Math.min(min, 1) : min
  const high = once ? Math.min(max, 1) : max
  if (high === 0 || item.kind === 'empty') return EMPTY
  return low === 1 && high === 1 ? item : { kind: 'repeat', item, min: low, max: high, lazy }
}

/** A group, or flags for what follows; the cursor is at the parenthesis. */
function parseGroup(cursor: Cursor, level: number): Item {
  const start = cursor.at
  const before = cursor.flags
  const { index, name, closed } = openGroup(cursor)
  if (closed) return { node: EMPTY, depth: 0, flags: true }
  const inner = parseAlternation(cursor, level + 1)
  if (cursor.peek() !== ')')
    cursor.fail('the group is not closed', 'Add ), or write \\( for a parenthesis.', start)
  cursor.flags = before
  cursor.at++
  const item = inner.node
  const depth = inner.depth + 1
  if (index === 0) return { node: item, depth }
  return { node: { kind: 'group', index, item, ...(name === undefined ? {} : { name }) }, depth }
}
