/**
 * Nonces: 128 random bits, drawn in batches because one call for randomness costs more than the bits.
 * @module
 */
import { toBase64Url } from './base64.ts'

const BYTES = 16
const BATCH = 64

/**
 * Makes a source of nonces. `fill` fills a buffer with cryptographically secure random bytes, such as
 * `(bytes) => crypto.getRandomValues(bytes)`; in a Worker it may be called from a request only, which holds
 * as it is first called by the first nonce.
 */
export function createNonceSource(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown): () => string {
  const pool = new Uint8Array(BYTES * BATCH)
  let next = pool.length
  return function drawNonce() {
    if (next === pool.length) {
      fill(pool)
      next = 0
    }
    const nonce = toBase64Url(pool.subarray(next, next + BYTES))
    pool.fill(0, next, next + BYTES)
    next += BYTES
    return nonce
  }
}
