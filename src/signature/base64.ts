/**
 * Base64 and base64url (RFC 4648) for small byte strings, canonical both ways.
 *
 * Written out because the runtimes share nothing faster: Node 24 has no `Uint8Array.prototype.toBase64`,
 * and `btoa` needs a string of bytes first.
 * @module
 */

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const DIGITS = digitTable()

function digitTable(): Uint8Array {
  const table = new Uint8Array(128)
  for (let i = 0; i < 64; i++) {
    table[STANDARD.charCodeAt(i)] = i
    table[URL_SAFE.charCodeAt(i)] = i
  }
  return table
}

function encode(bytes: Uint8Array, alphabet: string, padding: string): string {
  let out = ''
  let i = 0
  for (; i + 2 < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    out += alphabet.charAt((group >> 6) & 63) + alphabet.charAt(group & 63)
  }
  const rest = bytes.length - i
  if (rest === 0) return out
  const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8)
  out += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
  return rest === 2 ? out + alphabet.charAt((group >> 6) & 63) + padding : out + padding + padding
}

/** Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, STANDARD, '=')
}

/** Base64url without padding (RFC 7515 section 2). */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE, '')
}

/**
 * Decodes base64 or base64url text whose characters the caller has already checked. Characters outside
 * both alphabets would count as zero bits.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let length = text.length
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d) length--
  const bytes = new Uint8Array((length * 3) >> 2)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < length; i++) {
    bits = (bits << 6) | (DIGITS[text.charCodeAt(i) & 127] ?? 0)
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[at++] = (bits >> held) & 255
    bits &= 255
  }
  return bytes
}
