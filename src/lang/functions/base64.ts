/**
 * `encode_base64(source, options?)` and `decode_base64(source)` (RFC 4648).
 *
 * Encoding is without padding unless option `p` asks for it; `u` takes the URL-safe alphabet. Decoding takes
 * both alphabets, with or without padding: it reads what clients write. Anything else is nil.
 * @module
 */
import { type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { BYTES, BYTES_FIELD, BYTES_LITERAL, checkLetters } from './parameters.ts'

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Base64 of a binary string. */
export function encodeBase64(bytes: string, options: string): string {
  const padded = btoa(bytes)
  const text = options.includes('p') ? padded : padded.replace(/={1,2}$/, '')
  return options.includes('u') ? text.replaceAll('+', '-').replaceAll('/', '_') : text
}

/** A binary string, or `undefined` for text that is not base64. */
export function decodeBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined
  const digits = text.replace(/={1,2}$/, '')
  // One digit is six bits: no byte.
  if (digits.length % 4 === 1 || (digits.length < text.length && text.length % 4 !== 0)) return undefined
  return atob(digits.replaceAll('-', '+').replaceAll('_', '/'))
}

export const ENCODE_BASE64: FunctionDefinition = {
  signature: {
    required: [BYTES],
    optional: [BYTES_LITERAL],
    returns: () => 'Bytes',
    check: (args) => checkLetters(args, 1, 'up'),
  },
  call([source, options]) {
    if (typeof source !== 'string' || source.length > (MAX_RESULT_BYTES / 4) * 3) return undefined
    return encodeBase64(source, typeof options === 'string' ? options : '')
  },
  cost: 10,
}

export const DECODE_BASE64: FunctionDefinition = {
  signature: { required: [BYTES_FIELD], returns: () => 'Bytes' },
  call: ([source]) => (typeof source === 'string' ? decodeBase64(source) : undefined),
  cost: 10,
}
