/**
 * Message authentication codes of short byte strings: HMAC-SHA-256, synchronous, because a clearance is looked at
 * in the middle of deciding.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** Bytes of a code: 128 bits, the least that RFC 2104 section 5 allows for this hash. */
export const CODE_BYTES = 16

export interface CodeMaker {
  /** Writes the code of all bytes before the last `CODE_BYTES` there. */
  seal(bytes: Uint8Array): void
  /** Whether the last bytes are the code of those before. Takes a time that depends on neither. */
  isSealed(bytes: Uint8Array): boolean
}

export function createCodeMaker(key: Uint8Array): CodeMaker {
  // Holds the key's two blocks, hashed: a copy of it saves half of the work for short messages.
  const keyed = hmac.create(sha256, key)
  const codeOf = (bytes: Uint8Array): Uint8Array =>
    keyed.clone().update(bytes.subarray(0, -CODE_BYTES)).digest()
  return {
    seal(bytes) {
      bytes.set(codeOf(bytes).subarray(0, CODE_BYTES), bytes.length - CODE_BYTES)
    },
    isSealed(bytes) {
      const code = codeOf(bytes)
      const from = bytes.length - CODE_BYTES
      let difference = 0
      for (let i = 0; i < CODE_BYTES; i++) difference |= (bytes[from + i] ?? 0) ^ (code[i] ?? 0)
      return difference === 0
    },
  }
}
