/**
 * The symbols of a block of DEFLATE: literals, matches, and the end (RFC 1951 section 3.2.3).
 * @module
 */
import { type BitInput, STEP } from './bit-input.ts'
import { type BlockCodes, distanceBase, distanceExtra, lengthBase, lengthExtra } from './block-codes.ts'
import { copyMatch, type InflateWindow } from './inflate-window.ts'
import { findLong } from './prefix-code.ts'

/** `paused`: out of input or out of room. */
export type SymbolStatus = 'paused' | 'ended' | 'malformed'

/** The loop that most time is spent in: everything it touches is a local. */
export function readSymbols(input: BitInput, window: InflateWindow, codes: BlockCodes): SymbolStatus {
  const { literals, distances } = codes
  const { table } = literals
  const mask = (1 << literals.width) - 1
  const distanceTable = distances.table
  const distanceMask = (1 << distances.width) - 1
  const { bytes } = input
  const out = window.bytes
  const lastIn = bytes.length - STEP
  const { limit } = window
  let { hold, bits, at } = input
  let to = window.at
  let status: SymbolStatus = 'paused'
  while (at <= lastIn && to < limit) {
    while (bits < 25) {
      hold |= (bytes[at++] as number) << bits
      bits += 8
    }
    let entry = table[hold & mask] as number
    if (entry === 0) entry = findLong(literals, hold)
    const used = entry & 15
    if (used === 0) {
      status = 'malformed'
      break
    }
    hold >>>= used
    bits -= used
    const symbol = entry >> 4
    if (symbol < 256) {
      out[to++] = symbol
      continue
    }
    if (symbol === 256) {
      status = 'ended'
      break
    }
    const index = symbol - 257
    const extra = lengthExtra[index] as number
    const length = (lengthBase[index] as number) + (hold & ((1 << extra) - 1))
    hold >>>= extra
    bits -= extra
    while (bits < 25) {
      hold |= (bytes[at++] as number) << bits
      bits += 8
    }
    entry = distanceTable[hold & distanceMask] as number
    if (entry === 0) entry = findLong(distances, hold)
    const place = entry >> 4
    hold >>>= entry & 15
    bits -= entry & 15
    while (bits < 25) {
      hold |= (bytes[at++] as number) << bits
      bits += 8
    }
    const distanceBits = distanceExtra[place] as number
    const distance = (distanceBase[place] as number) + (hold & ((1 << distanceBits) - 1))
    hold >>>= distanceBits
    bits -= distanceBits
    if (entry === 0 || index > 28 || place > 29 || distance > to) {
      status = 'malformed'
      break
    }
    copyMatch(out, to, distance, length)
    to += length
  }
  input.hold = hold
  input.bits = bits
  input.at = at
  window.at = to
  return status
}
