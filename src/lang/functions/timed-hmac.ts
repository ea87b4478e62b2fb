/**
 * `is_timed_hmac_valid_v0(key, messageMAC, ttl, now, separatorLength?, flags?)`.
 *
 * `messageMAC` is message, separator, ten digits of UNIX time, `-` and the base64 of the HMAC-SHA-256 of
 * message and digits. With flag `s` the MAC is 43 URL-safe characters, else 44 that are percent-encoded.
 * A token is valid up to and in the second `issued + ttl`. Anything malformed is not valid; nil is nil.
 * @module
 */
import { decodeBase64, encodeBase64 } from './base64.ts'
import type { FunctionDefinition } from './definition.ts'
import { hmacSha256 } from './digest.ts'
import { BYTES_FIELD, BYTES_LITERAL, checkLetters, checkRange, INT, INT_LITERAL } from './parameters.ts'

/** 44 characters, each percent-encoded. */
const MAX_MAC = 132
const MIN_MAC = 43
const DIGITS = 10
const TIME = /^\d{10}$/
const URL_SAFE_MAC = /^[A-Za-z0-9_-]{43}$/
const STANDARD_MAC = /^[A-Za-z0-9+/]{43}=$/

interface Token {
  readonly message: string
  readonly issued: string
  readonly mac: string
}

/**
 * Cuts a token at the last place that fits. Only the place of the dash is searched, within the length that
 * a MAC can have: the message, which a client chooses, is not read.
 */
function splitToken(text: string, separator: number): Token | undefined {
  const least = Math.max(text.length - MAX_MAC - 1, DIGITS)
  for (let dash = text.length - MIN_MAC - 1; dash >= least; dash--) {
    if (text[dash] !== '-') continue
    const issued = text.slice(dash - DIGITS, dash)
    if (!TIME.test(issued)) continue
    const end = dash - DIGITS - separator
    return end < 1 ? undefined : { message: text.slice(0, end), issued, mac: text.slice(dash + 1) }
  }
  return undefined
}

/** The 32 bytes of a MAC, or `undefined`. Only one text is taken for it: unused bits must be zero. */
function readMac(text: string, urlSafe: boolean): string | undefined {
  const plain = urlSafe
    ? text
    : text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  if (!(urlSafe ? URL_SAFE_MAC : STANDARD_MAC).test(plain)) return undefined
  const mac = decodeBase64(plain)
  return mac !== undefined && encodeBase64(mac, urlSafe ? 'u' : 'p') === plain ? mac : undefined
}

/** Without an early end, so that the time does not tell how many bytes were right. */
function equalMacs(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % (b.length || 1))
  return difference === 0
}

/** Times in seconds. */
export function isTimedHmacValid(
  key: string,
  text: string,
  ttl: number,
  now: number,
  separator: number,
  flags: string,
): boolean {
  const token = splitToken(text, separator)
  const mac = token && readMac(token.mac, flags.includes('s'))
  if (!mac || now - Number(token.issued) > ttl) return false
  return equalMacs(hmacSha256(key, token.message + token.issued), mac)
}

export const IS_TIMED_HMAC_VALID_V0: FunctionDefinition = {
  signature: {
    required: [BYTES_LITERAL, BYTES_FIELD, INT_LITERAL, INT],
    optional: [INT_LITERAL, BYTES_LITERAL],
    returns: () => 'Bool',
    check: (args) =>
      checkRange(args, 2, 0, 0xffff_ffff) ?? checkRange(args, 4, 0, 4096) ?? checkLetters(args, 5, 's'),
  },
  call([key, text, ttl, now, separator, flags]) {
    if (typeof key !== 'string' || typeof text !== 'string') return undefined
    if (typeof ttl !== 'number' || typeof now !== 'number') return undefined
    const length = typeof separator === 'number' ? separator : 0
    return isTimedHmacValid(key, text, ttl, now, length, typeof flags === 'string' ? flags : '')
  },
  cost: 450,
}
