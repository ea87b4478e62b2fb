/**
 * A 64-bit hash as eight bytes, most significant first.
 * @module
 */
import type { Hash64 } from '../limits/sip-hash.ts'

export function writeHash(view: DataView, at: number, { hi, lo }: Hash64): void {
  view.setUint32(at, hi)
  view.setUint32(at + 4, lo)
}

export function readHash(view: DataView, at: number): Hash64 {
  return { hi: view.getUint32(at), lo: view.getUint32(at + 4) }
}
