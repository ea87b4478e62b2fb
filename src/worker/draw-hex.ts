/**
 * Random names.
 * @module
 */

/** Two hex digits for each of `bytes` random bytes. */
export function drawHex(bytes: number): string {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
