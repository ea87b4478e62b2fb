/**
 * `sha256(source)`, `sha512(source)` and `hmac(source, key, algorithm)`: raw bytes, for `encode_base64`.
 *
 * Evaluation is synchronous and WebCrypto is not, so the digests are computed in JavaScript.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { fromBinary, toBinary } from '../value.ts'
import { type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { BYTES, BYTES_LITERAL, literalBytes } from './parameters.ts'

/** Bytes that digests are taken of. Longer values give nil: hashing in JavaScript takes 10 ms per MiB. */
const MAX_HASHED: number = MAX_RESULT_BYTES / 8

/** HMAC-SHA-256 (RFC 2104) of binary strings: 32 bytes. */
export function hmacSha256(key: string, message: string): string {
  return toBinary(hmac(sha256, fromBinary(key), fromBinary(message)))
}

function define(digest: (bytes: Uint8Array) => Uint8Array): FunctionDefinition {
  return {
    signature: { required: [BYTES], returns: () => 'Bytes' },
    call: ([source]) =>
      typeof source === 'string' && source.length <= MAX_HASHED
        ? toBinary(digest(fromBinary(source)))
        : undefined,
    cost: 200,
  }
}

export const SHA256: FunctionDefinition = define(sha256)
export const SHA512: FunctionDefinition = define(sha512)

export const HMAC: FunctionDefinition = {
  signature: {
    required: [BYTES, BYTES_LITERAL, BYTES_LITERAL],
    returns: () => 'Bytes',
    check(args) {
      const algorithm = literalBytes(args[2])
      if (algorithm === undefined || algorithm === 'sha256' || algorithm === 'sha512') return undefined
      return { index: 2, message: 'there is no such digest', fix: 'Write "sha256" or "sha512".' }
    },
  },
  call([source, key, algorithm]) {
    if (typeof source !== 'string' || typeof key !== 'string' || source.length > MAX_HASHED) return undefined
    const digest = algorithm === 'sha256' ? sha256 : algorithm === 'sha512' ? sha512 : undefined
    return digest && toBinary(hmac(digest, fromBinary(key), fromBinary(source)))
  },
  cost: 500,
}
