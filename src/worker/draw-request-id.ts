/**
 * Request ids from a pool of random bytes: one call for randomness serves many requests.
 * @module
 */
import { formatRequestId } from '../http/request-id.ts'

const BYTES = 10
const pool = new Uint8Array(BYTES * 128)
let next = pool.length

/** @param now Milliseconds since the epoch. */
export function drawRequestId(now: number): string {
  if (next === pool.length) {
    crypto.getRandomValues(pool)
    next = 0
  }
  const id = formatRequestId(now, pool.subarray(next, next + BYTES))
  next += BYTES
  return id
}
