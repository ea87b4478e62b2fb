/**
 * The codes of a block of DEFLATE, and what their symbols stand for (RFC 1951 sections 3.2.5 and 3.2.6).
 * @module
 */
import { createPrefixCode, type PrefixCode, setPrefixCode } from './prefix-code.ts'

/** Lengths and distances: the least, and the number of extra bits (RFC 1951 section 3.2.5). */
export const lengthBase: Uint16Array = new Uint16Array(32)
export const lengthExtra: Uint8Array = new Uint8Array(32)
export const distanceBase: Uint16Array = new Uint16Array(32)
export const distanceExtra: Uint8Array = new Uint8Array(32)
for (let i = 0, base = 3; i < 28; i++) {
  const extra = i < 8 ? 0 : (i >> 2) - 1
  lengthBase[i] = base
  lengthExtra[i] = extra
  base += 1 << extra
}
lengthBase[28] = 258
for (let i = 0, base = 1; i < 30; i++) {
  const extra = i < 4 ? 0 : (i >> 1) - 1
  distanceBase[i] = base
  distanceExtra[i] = extra
  base += 1 << extra
}

/** What the symbols of a block are written in. */
export interface BlockCodes {
  readonly literals: PrefixCode
  readonly distances: PrefixCode
}

export function createBlockCodes(): BlockCodes {
  return { literals: createPrefixCode(10, 288), distances: createPrefixCode(8, 32) }
}

let fixed: BlockCodes | undefined

/** The fixed codes (RFC 1951 section 3.2.6), made when first asked for. */
export function fixedCodes(): BlockCodes {
  if (fixed !== undefined) return fixed
  fixed = createBlockCodes()
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
  setPrefixCode(fixed.literals, lengths, 0, 288)
  setPrefixCode(fixed.distances, new Uint8Array(32).fill(5), 0, 32)
  return fixed
}
