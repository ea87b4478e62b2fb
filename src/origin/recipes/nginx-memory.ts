/**
 * How large a memory of nonces must be.
 * @module
 */
import type { Description } from './description.ts'

/** A nonce and what nginx or Lua keep beside it come to a slab of 128 bytes; a page of 4 KiB holds 32, less its share of the table of pages. */
const PER_MEGABYTE = 8000

/**
 * Megabytes of shared memory for all nonces that are alive at `description.rate`.
 * @param life Seconds for which a nonce is remembered.
 */
export function sizeMemory({ rate }: Description, life: number): number {
  return Math.max(1, Math.ceil((rate * (life + 2)) / PER_MEGABYTE))
}
