/**
 * Walking over the source: a binary string of its UTF-8 bytes, so that every position counts bytes.
 * @module
 */
import { LexFailure } from './lex-failure.ts'

/** A set of ASCII characters, for `scanWhile`. */
export function charSet(characters: string): Uint8Array {
  const set = new Uint8Array(256)
  for (const char of characters) set[char.charCodeAt(0)] = 1
  return set
}

const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

export const IDENTIFIER: Uint8Array = charSet(`${DIGITS}${LETTERS}${LETTERS.toUpperCase()}_`)
export const HEX_DIGITS: Uint8Array = charSet(`${DIGITS}abcdefABCDEF`)
/** A tab is no space to the engine: its width in an error message would be anybody's guess. */
const SPACES = charSet(' \r\n')

/** The first byte from `at` on that is not in `set`. */
export function scanWhile(source: string, at: number, set: Uint8Array): number {
  let end = at
  while (end < source.length && set[source.charCodeAt(end)] === 1) end++
  return end
}

export function skipSpace(source: string, at: number): number {
  return scanWhile(source, at, SPACES)
}

/** True when the byte at `at` is in `set`; false at the end. */
export function isAt(source: string, at: number, set: Uint8Array): boolean {
  return at < source.length && set[source.charCodeAt(at)] === 1
}

/** The position after the character at `at`, which may have up to four bytes. */
export function nextCharacter(source: string, at: number): number {
  let end = at + 1
  while (end < source.length && (source.charCodeAt(end) & 0xc0) === 0x80) end++
  return Math.min(end, source.length)
}

/** The position after `count` characters. Fails with `count-mismatch` when there are fewer. */
export function takeCharacters(source: string, at: number, count: number, fix: string): number {
  let end = at
  for (let taken = 0; taken < count; taken++) {
    if (end >= source.length) {
      const message = `expected ${count} characters, but found ${taken}`
      throw new LexFailure('count-mismatch', [at, source.length], message, fix)
    }
    end = nextCharacter(source, end)
  }
  return end
}

/** The position after `literal`. Fails with `expected-literal` when it is not there. */
export function expectLiteral(source: string, at: number, literal: string, fix: string): number {
  if (source.startsWith(literal, at)) return at + literal.length
  throw new LexFailure(
    'expected-literal',
    [at, source.length],
    `expected literal ${JSON.stringify(literal)}`,
    fix,
  )
}
