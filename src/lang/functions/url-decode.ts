/**
 * `url_decode(source, options?)`: `%HH` to its byte and `+` to a space. Option `u` decodes `%uXXXX` to UTF-8
 * as well, `r` decodes again until nothing changes. What is no whole escape stays as it is.
 * @module
 */
import { toBinary } from '../value.ts'
import { type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { BYTES_FIELD, BYTES_LITERAL, checkLetters } from './parameters.ts'

const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20
const ESCAPED = /[%+]/

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Output as a stack of bytes. */
interface Buffer {
  readonly bytes: Uint8Array
  length: number
}

/** The number in `digits` hexadecimal digits at `start`, or -1. */
function readHex(buffer: Buffer, start: number, digits: number): number {
  let value = 0
  for (let i = start; i < start + digits; i++) {
    const digit = hexDigit(buffer.bytes[i] ?? 0)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** The UTF-16 unit of a `%uXXXX` that ends at `end`, or -1. */
function readUnit(buffer: Buffer, end: number): number {
  const start = end - 6
  if (start < 0 || buffer.bytes[start] !== PERCENT || ((buffer.bytes[start + 1] ?? 0) | 0x20) !== 0x75)
    return -1
  return readHex(buffer, start + 2, 4)
}

const encoder = new TextEncoder()

/** Replaces the escape at the end of the buffer that starts at `start` with the UTF-8 of a code point. */
function replaceTail(buffer: Buffer, start: number, codePoint: number): void {
  const bytes = encoder.encode(String.fromCodePoint(codePoint))
  buffer.bytes.set(bytes, start)
  buffer.length = start + bytes.length
}

/** Decodes a `%uXXXX`, or two that are a surrogate pair, at the end of the buffer. Half a pair stays. */
function reduceUnicode(buffer: Buffer): boolean {
  const unit = readUnit(buffer, buffer.length)
  if (unit < 0 || (unit >= 0xd800 && unit <= 0xdbff)) return false
  if (unit < 0xdc00 || unit > 0xdfff) {
    replaceTail(buffer, buffer.length - 6, unit)
    return true
  }
  const high = readUnit(buffer, buffer.length - 6)
  if (high < 0xd800 || high > 0xdbff) return false
  replaceTail(buffer, buffer.length - 12, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00))
  return true
}

/** Decodes one escape at the end of the buffer, if there is one. */
function reduceTail(buffer: Buffer, unicode: boolean): boolean {
  const { bytes, length } = buffer
  if (bytes[length - 1] === PLUS) {
    bytes[length - 1] = SPACE
    return true
  }
  if (length >= 3 && bytes[length - 3] === PERCENT) {
    const byte = readHex(buffer, length - 2, 2)
    if (byte >= 0) {
      bytes[length - 3] = byte
      buffer.length = length - 2
      return true
    }
  }
  return unicode && reduceUnicode(buffer)
}

/**
 * Decodes everything in one pass. No two escapes can overlap, since an escape has `%` only as its first byte,
 * so the order of decoding does not matter: reducing what was just written, as long as it makes a new escape,
 * ends where repeated passes would end, without their quadratic time on `%25252525…`.
 */
function decodeRecursively(source: string, unicode: boolean): string {
  const buffer: Buffer = { bytes: new Uint8Array(source.length), length: 0 }
  for (let i = 0; i < source.length; i++) {
    buffer.bytes[buffer.length++] = source.charCodeAt(i)
    while (reduceTail(buffer, unicode)) {
      // Each step makes the buffer shorter or a plus sign less.
    }
  }
  return toBinary(buffer.bytes.subarray(0, buffer.length))
}

const ONCE = /\+|%[0-9A-Fa-f]{2}/g
const ONCE_UNICODE =
  /\+|%[0-9A-Fa-f]{2}|%[uU][dD][89abAB][0-9A-Fa-f]{2}%[uU][dD][c-fC-F][0-9A-Fa-f]{2}|%[uU][0-9A-Fa-f]{4}/g

function decodeEscape(text: string): string {
  if (text === '+') return ' '
  if (text.length === 3) return String.fromCharCode(Number.parseInt(text.slice(1), 16))
  const buffer: Buffer = { bytes: new Uint8Array(12), length: text.length }
  for (let i = 0; i < text.length; i++) buffer.bytes[i] = text.charCodeAt(i)
  return reduceUnicode(buffer) ? toBinary(buffer.bytes.subarray(0, buffer.length)) : text
}

/** `url_decode` of a binary string. */
export function decodeUrl(source: string, options: string): string {
  if (!ESCAPED.test(source)) return source
  const unicode = options.includes('u')
  if (options.includes('r')) return decodeRecursively(source, unicode)
  return source.replace(unicode ? ONCE_UNICODE : ONCE, decodeEscape)
}

export const URL_DECODE: FunctionDefinition = {
  signature: {
    required: [BYTES_FIELD],
    optional: [BYTES_LITERAL],
    returns: () => 'Bytes',
    check: (args) => checkLetters(args, 1, 'ru'),
  },
  call([source, options]) {
    if (typeof source !== 'string' || source.length > MAX_RESULT_BYTES) return undefined
    return decodeUrl(source, typeof options === 'string' ? options : '')
  },
  cost: 15,
}
