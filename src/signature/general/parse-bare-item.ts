/**
 * Reads one bare item of a structured field (RFC 9651 section 4.2.3.1).
 * @module
 */
import { fromBase64, toBase64 } from '../base64.ts'
import type { BareItem } from './structured-value.ts'
import { skip, type TextCursor, take } from './text-cursor.ts'

const NUMBER = /-?[0-9]{1,15}(?:\.[0-9]{1,3})?/y
// Unrolled: each character can be read in one way only.
const STRING = /"[\x20\x21\x23-\x5b\x5d-\x7e]*(?:\\["\\][\x20\x21\x23-\x5b\x5d-\x7e]*)*"/y
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y
const BYTES = /:[A-Za-z0-9+/]*={0,2}:/y
const DISPLAY = /%"(?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*"/y

/** `undefined` for anything that RFC 9651 does not allow here. */
export function parseBareItem(cursor: TextCursor): BareItem | undefined {
  if (cursor.budget-- <= 0) return undefined
  const first = cursor.text.charCodeAt(cursor.at)
  if (first === 0x22) return parseString(cursor)
  if (first === 0x3a) return parseBytes(cursor)
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return parseNumber(cursor)
  if (first === 0x3f) return parseBoolean(cursor)
  if (first === 0x40) return parseDate(cursor)
  if (first === 0x25) return parseDisplay(cursor)
  const value = take(cursor, TOKEN)
  return value === undefined ? undefined : { type: 'token', value }
}

function parseString(cursor: TextCursor): BareItem | undefined {
  const text = take(cursor, STRING)
  if (text === undefined) return undefined
  const inner = text.slice(1, -1)
  return { type: 'string', value: inner.includes('\\') ? inner.replace(/\\(.)/g, '$1') : inner }
}

function parseNumber(cursor: TextCursor): BareItem | undefined {
  const text = take(cursor, NUMBER)
  if (text === undefined) return undefined
  const next = cursor.text.charCodeAt(cursor.at)
  // More digits than allowed, or a decimal point without any: RFC 9651 section 4.2.4.
  if (next === 0x2e || (next >= 0x30 && next <= 0x39)) return undefined
  const point = text.indexOf('.')
  if (point < 0) return { type: 'integer', value: Number(text) + 0 }
  const whole = text.startsWith('-') ? point - 1 : point
  return whole > 12 ? undefined : { type: 'decimal', value: Number(text) }
}

function parseBytes(cursor: TextCursor): BareItem | undefined {
  const text = take(cursor, BYTES)
  if (text === undefined) return undefined
  const encoded = text.slice(1, -1)
  const digits = encoded.replace(/=+$/, '').length
  // One digit is less than a byte, and padding only ever fills a group of four.
  if (digits % 4 === 1 || (digits !== encoded.length && encoded.length % 4 !== 0)) return undefined
  const value = fromBase64(encoded)
  if (cursor.canonical && toBase64(value) !== encoded) return undefined
  return { type: 'bytes', value }
}

function parseBoolean(cursor: TextCursor): BareItem | undefined {
  cursor.at++
  if (skip(cursor, '1')) return { type: 'boolean', value: true }
  return skip(cursor, '0') ? { type: 'boolean', value: false } : undefined
}

function parseDate(cursor: TextCursor): BareItem | undefined {
  cursor.at++
  const number = parseNumber(cursor)
  return number?.type === 'integer' ? { type: 'date', value: number.value } : undefined
}

function parseDisplay(cursor: TextCursor): BareItem | undefined {
  const text = take(cursor, DISPLAY)
  if (text === undefined) return undefined
  try {
    // The form allows only whole escapes, so that this fails for bytes that are not UTF-8 and nothing else.
    return { type: 'display', value: decodeURIComponent(text.slice(2, -1)) }
  } catch {
    return undefined
  }
}
