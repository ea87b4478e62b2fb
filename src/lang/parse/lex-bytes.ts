/**
 * Byte strings: quoted with escapes, raw, or hexadecimal bytes.
 * @module
 */
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { nextCharacter, takeCharacters } from './scan.ts'

/** More hash signs than this around a raw string are refused, as the engine does. */
const MAX_HASHES = 255

const HEX_FIX = 'Write a string in double quotes, or bytes as two hexadecimal digits each: 0a:1b:2c.'
const QUOTE_FIX =
  'End the string with a double quote; inside it write \\" for a quote and \\\\ for a backslash.'

/** Any form of byte string; gives a binary string. */
export function lexBytes(source: string, at: number): Lexed<string> {
  const first = source[at]
  return first === undefined || first === '"' || first === 'r'
    ? lexString(source, at)
    : lexByteString(source, at)
}

function explainBytes(source: string, at: number): string {
  if (source[at] === ',') return 'Separate the elements of a set with spaces, not commas.'
  if (source[at] === "'") return 'Write a string in double quotes.'
  return HEX_FIX
}

/** A quoted or raw string. */
export function lexString(source: string, at: number): Lexed<string> {
  const first = source[at]
  if (first === '"') return lexQuoted(source, at + 1)
  if (first === 'r') return lexRaw(source, at + 1)
  if (first === undefined) {
    throw new LexFailure('end-of-input', [at, at], 'unrecognised input', 'Write a string in double quotes.')
  }
  const fix = 'Write a string in double quotes, or a raw string as r"...".'
  throw new LexFailure('expected-name', [at, source.length], 'expected " or r', fix)
}

/** The inside of a quoted string, after the opening quote. */
export function lexQuoted(source: string, start: number): Lexed<string> {
  let value = ''
  let at = start
  while (at < source.length) {
    const plain = scanPlain(source, at)
    value += source.slice(at, plain)
    at = plain
    if (source[at] === '"') return { value, at: at + 1 }
    if (at + 1 >= source.length) break
    const escaped = lexEscape(source, at + 1)
    value += escaped.value
    at = escaped.at
  }
  throw new LexFailure(
    'missing-ending-quote',
    [start, source.length],
    'could not find an ending quote',
    QUOTE_FIX,
  )
}

/** Up to a quote, a backslash or the end. */
function scanPlain(source: string, at: number): number {
  let end = at
  while (end < source.length && source[end] !== '"' && source[end] !== '\\') end++
  return end
}

/** What follows a backslash in a quoted string. */
function lexEscape(source: string, at: number): Lexed<string> {
  const char = source[at] as string
  if (char === '"' || char === '\\') return { value: char, at: at + 1 }
  if (char === 'x') return lexByte(source, at + 1, 2, 16)
  if (char >= '0' && char <= '7') return lexByte(source, at, 3, 8)
  throw new LexFailure(
    'invalid-character-escape',
    [at, nextCharacter(source, at)],
    'expected ", xHH or OOO after \\',
    'Write \\\\ for a backslash, \\x0a for a byte, or a raw string r"..." that has no escapes.',
  )
}

/** A byte of exactly so many digits. The engine's number parser takes a sign, `+f` is 15. */
function lexByte(source: string, at: number, digits: number, radix: 8 | 16): Lexed<string> {
  const end = takeCharacters(source, at, digits, HEX_FIX)
  const text = source.slice(at, end)
  const wellFormed = radix === 16 ? /^\+?[0-9a-fA-F]+$/.test(text) : /^[0-7]+$/.test(text)
  const byte = wellFormed ? Number.parseInt(text, radix) : Number.NaN
  if (byte <= 255) return { value: String.fromCharCode(byte), at: end }
  const what = wellFormed ? 'number too large to fit in target type' : 'invalid digit found in string'
  const fix =
    radix === 8
      ? 'Write three octal digits up to \\377, or \\x and two hexadecimal digits.'
      : explainBytes(source, at)
  throw new LexFailure('parse-int', [at, end], `${what} while parsing with radix ${radix}`, fix)
}

/** Two bytes or more: `0a:1b-2c.3d`. */
function lexByteString(source: string, start: number): Lexed<string> {
  const first = lexByte(source, start, 2, 16)
  let value = first.value
  let at = expectSeparator(source, first.at)
  for (;;) {
    const byte = lexByte(source, at, 2, 16)
    value += byte.value
    if (!isSeparator(source[byte.at])) return { value, at: byte.at }
    at = byte.at + 1
  }
}

function isSeparator(char: string | undefined): boolean {
  return char === ':' || char === '-' || char === '.'
}

function expectSeparator(source: string, at: number): number {
  const end = takeCharacters(source, at, 1, HEX_FIX)
  if (isSeparator(source[at])) return end
  throw new LexFailure('expected-name', [at, end], 'expected byte separator', HEX_FIX)
}

/** A raw string after its `r`: `"..."`, or with the same number of `#` on both sides. */
export function lexRaw(source: string, start: number): Lexed<string> {
  let hashes = 0
  while (source[start + hashes] === '#') hashes++
  if (hashes > MAX_HASHES) {
    const message = `invalid raw string hash count, there can't be more than ${MAX_HASHES} #s`
    const fix = `Use at most ${MAX_HASHES} # around a raw string.`
    throw new LexFailure('invalid-raw-string', [start, source.length], message, fix)
  }
  const content = start + hashes + 1
  if (source[content - 1] !== '"') {
    const fix = 'A raw string is r"..." or r#"..."#; a field or function cannot stand here.'
    throw new LexFailure('expected-name', [content - 1, source.length], 'expected " or #', fix)
  }
  const ending = `"${'#'.repeat(hashes)}`
  const end = source.indexOf(ending, content)
  if (end < 0) {
    const fix = `End the raw string with ${ending}.`
    throw new LexFailure(
      'missing-ending-quote',
      [start, source.length],
      'could not find an ending quote',
      fix,
    )
  }
  return { value: source.slice(content, end), at: end + ending.length }
}
