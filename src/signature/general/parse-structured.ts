/**
 * Parser of structured fields (RFC 9651 section 4.2): one pass, bounded, never throws. Nesting is fixed by the
 * RFC, so there is no recursion.
 * @module
 */
import { parseBareItem } from './parse-bare-item.ts'
import type {
  BareItem,
  Dictionary,
  FieldType,
  InnerList,
  Item,
  Member,
  Parameters,
} from './structured-value.ts'
import { isAtEnd, skip, skipSpaces, skipWhiteSpace, type TextCursor, take } from './text-cursor.ts'

export interface ParseLimits {
  /** Longest text, in characters. */
  readonly maxLength: number
  /** Most bare items, keys' implied values included. */
  readonly maxValues: number
  /** Refuse base64 with missing padding or unused bits that are set, which RFC 9651 section 4.2.7 lets pass. */
  readonly canonical?: boolean
}

export interface ParsedDictionary {
  readonly members: Dictionary
  /** A key came twice, here or in some parameters: valid, but two readers may differ on what was meant. */
  readonly repeated: boolean
}

const KEY = /[a-z*][a-z0-9_\-.*]*/y
const TRUE: BareItem = { type: 'boolean', value: true }
const NO_PARAMETERS: Parameters = new Map()

function open(text: string, limits: ParseLimits): TextCursor | undefined {
  if (text.length > limits.maxLength) return undefined
  const cursor = {
    text,
    at: 0,
    budget: limits.maxValues,
    repeated: false,
    canonical: limits.canonical === true,
  }
  skipSpaces(cursor)
  return cursor
}

function close(cursor: TextCursor): boolean {
  skipSpaces(cursor)
  return isAtEnd(cursor)
}

/** Reads a dictionary; `undefined` when the text is none or exceeds the limits. */
export function parseDictionary(text: string, limits: ParseLimits): ParsedDictionary | undefined {
  const cursor = open(text, limits)
  if (!cursor) return undefined
  const members = new Map<string, Member>()
  while (!isAtEnd(cursor)) {
    const key = take(cursor, KEY)
    if (key === undefined) return undefined
    const member = skip(cursor, '=') ? parseMember(cursor) : parseImplied(cursor)
    if (!member) return undefined
    if (members.has(key)) cursor.repeated = true
    members.set(key, member)
    const more = parseSeparator(cursor)
    if (more === undefined) return undefined
    if (!more) break
  }
  return { members, repeated: cursor.repeated }
}

/** Reads a list. */
export function parseList(text: string, limits: ParseLimits): readonly Member[] | undefined {
  const cursor = open(text, limits)
  if (!cursor) return undefined
  const members: Member[] = []
  while (!isAtEnd(cursor)) {
    const member = parseMember(cursor)
    if (!member) return undefined
    members.push(member)
    const more = parseSeparator(cursor)
    if (more === undefined) return undefined
    if (!more) break
  }
  return members
}

/** Reads an item. */
export function parseItem(text: string, limits: ParseLimits): Item | undefined {
  const cursor = open(text, limits)
  const item = cursor && parseOneItem(cursor)
  return item && close(cursor) ? item : undefined
}

/** Reads a whole field of a known type. */
export function parseField(
  text: string,
  type: FieldType,
  limits: ParseLimits,
): Item | readonly Member[] | Dictionary | undefined {
  if (type === 'dictionary') return parseDictionary(text, limits)?.members
  return type === 'list' ? parseList(text, limits) : parseItem(text, limits)
}

/** True when another member follows, false at the end, `undefined` for anything else. */
function parseSeparator(cursor: TextCursor): boolean | undefined {
  skipWhiteSpace(cursor)
  if (isAtEnd(cursor)) return false
  if (!skip(cursor, ',')) return undefined
  skipWhiteSpace(cursor)
  return isAtEnd(cursor) ? undefined : true
}

function parseMember(cursor: TextCursor): Member | undefined {
  return cursor.text.charCodeAt(cursor.at) === 0x28 ? parseInnerList(cursor) : parseOneItem(cursor)
}

/** A key without a value means true. */
function spendOne(cursor: TextCursor): BareItem | undefined {
  return cursor.budget-- > 0 ? TRUE : undefined
}

function parseImplied(cursor: TextCursor): Item | undefined {
  const value = spendOne(cursor)
  const parameters = value && parseParameters(cursor)
  return parameters && { kind: 'item', value, parameters }
}

function parseOneItem(cursor: TextCursor): Item | undefined {
  const value = parseBareItem(cursor)
  const parameters = value && parseParameters(cursor)
  return parameters && { kind: 'item', value, parameters }
}

function parseInnerList(cursor: TextCursor): InnerList | undefined {
  if (cursor.budget-- <= 0) return undefined
  cursor.at++
  const items: Item[] = []
  for (;;) {
    skipSpaces(cursor)
    if (skip(cursor, ')')) break
    const item = parseOneItem(cursor)
    if (!item) return undefined
    items.push(item)
    const next = cursor.text.charCodeAt(cursor.at)
    if (next !== 0x20 && next !== 0x29) return undefined
  }
  const parameters = parseParameters(cursor)
  return parameters && { kind: 'list', items, parameters }
}

function parseParameters(cursor: TextCursor): Parameters | undefined {
  if (cursor.text.charCodeAt(cursor.at) !== 0x3b) return NO_PARAMETERS
  const parameters = new Map<string, BareItem>()
  while (skip(cursor, ';')) {
    skipSpaces(cursor)
    const key = take(cursor, KEY)
    if (key === undefined) return undefined
    const value = skip(cursor, '=') ? parseBareItem(cursor) : spendOne(cursor)
    if (!value) return undefined
    if (parameters.has(key)) cursor.repeated = true
    parameters.set(key, value)
  }
  return parameters
}
