/**
 * Base64 and base64url (RFC 4648) for small byte strings, canonical both ways.
 *
 * Partly written out because the runtimes share nothing faster: Node 24 has no `Uint8Array.prototype.toBase64`.
 * @module
 */

const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Each byte becomes an argument of one call, whose number is limited. A multiple of three. */
const PART = 3072

/** Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += PART) {
    const part = bytes.length > PART ? bytes.subarray(i, i + PART) : bytes
    out += btoa(Reflect.apply(String.fromCharCode, undefined, part))
  }
  return out
}

/** Base64url without padding (RFC 7515 section 2). */
export function toBase64Url(bytes: Uint8Array): string {
  let out = ''
  let i = 0
  for (; i + 2 < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out += URL_SAFE.charAt(group >> 18) + URL_SAFE.charAt((group >> 12) & 63)
    out += URL_SAFE.charAt((group >> 6) & 63) + URL_SAFE.charAt(group & 63)
  }
  const rest = bytes.length - i
  if (rest === 0) return out
  const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8)
  out += URL_SAFE.charAt(group >> 18) + URL_SAFE.charAt((group >> 12) & 63)
  return rest === 2 ? out + URL_SAFE.charAt((group >> 6) & 63) : out
}

/** Six bits; those of both alphabets. Beyond the end there is no character, hence no bit. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code > 0x60) return code - 71
  if (code === 0x5f || code === 0x2f) return 63
  if (code > 0x40) return code - 65
  if (code > 0x2f) return code + 4
  return code > 0 ? 62 : 0
}

/**
 * Decodes base64 or base64url text whose characters the caller has already checked. Characters outside
 * both alphabets would count as any bits.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let length = text.length
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d) length--
  const bytes = new Uint8Array((length * 3) >> 2)
  let at = 0
  for (let i = 0; i < length; i += 4) {
    const group =
      (digit(text, i) << 18) | (digit(text, i + 1) << 12) | (digit(text, i + 2) << 6) | digit(text, i + 3)
    // Writes beyond the end of a typed array are dropped.
    bytes[at++] = group >> 16
    bytes[at++] = group >> 8
    bytes[at++] = group
  }
  return bytes
}
