/**
 * The random bytes of `cf.random_seed`.
 * @module
 */

/** 16 random bytes as a binary string: what a UUID takes. */
export function drawSeed(): string {
  return String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))
}
