/**
 * The message authentication code of challenges and clearances: HMAC-SHA256, synchronous, because a clearance
 * is looked at in the middle of deciding.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** Hex digits of a code: 128 bits, the least that RFC 2104 section 5 allows for this hash. */
const DIGITS = 32

export interface Mac {
  /** 32 hex digits. No two lists of parts have the same code: each is preceded by its length. */
  sign(parts: readonly string[]): string
  /** Compares in a time that depends on neither code. */
  verify(parts: readonly string[], code: string): boolean
}

/** @param secret Key material; the key is derived from it, so the secret may serve other purposes too. */
export function createMac(secret: Uint8Array, purpose: string): Mac {
  const encoder = new TextEncoder()
  const key = hmac(sha256, secret, encoder.encode(`sallyport ${purpose}`))
  // Holds the key's two blocks, hashed: a copy of it saves half of the work for short messages.
  const keyed = hmac.create(sha256, key)

  function sign(parts: readonly string[]): string {
    const text = parts.map((part) => `${part.length}:${part}`).join('')
    const digest = keyed.clone().update(encoder.encode(text)).digest()
    let code = ''
    for (let i = 0; i < DIGITS / 2; i++) code += (digest[i] ?? 0).toString(16).padStart(2, '0')
    return code
  }

  return {
    sign,
    verify: (parts, code) => equalText(sign(parts), code),
  }
}

function equalText(expected: string, given: string): boolean {
  if (given.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i)
  return difference === 0
}
