/**
 * `uuidv4(seed)`: a UUID of version 4 (RFC 9562 section 5.4) from the first 16 bytes of the seed, usually
 * `cf.random_seed`. The same seed gives the same UUID. A shorter seed gives nil.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD } from './parameters.ts'

/** `seed` is a binary string of at least 16 bytes. */
export function formatUuid(seed: string): string {
  let hex = ''
  for (let i = 0; i < 16; i++) {
    const byte = seed.charCodeAt(i)
    // Version 4 in the upper half of byte 6, variant 10 in the upper bits of byte 8.
    const fixed = i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte
    hex += fixed.toString(16).padStart(2, '0')
    if (i === 3 || i === 5 || i === 7 || i === 9) hex += '-'
  }
  return hex
}

export const UUIDV4: FunctionDefinition = {
  signature: { required: [BYTES_FIELD], returns: () => 'Bytes' },
  call: ([seed]) => (typeof seed === 'string' && seed.length >= 16 ? formatUuid(seed) : undefined),
  cost: 20,
}
