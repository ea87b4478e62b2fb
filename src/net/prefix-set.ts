/**
 * A read-only map from addresses to numbers, used straight from its binary form (`prefix-set-layout.ts`).
 *
 * The address space is cut into ranges at every place where the answer changes, so a look-up is one
 * search for the last start that is not after the address.
 * @module
 */
import type { Address } from './address.ts'
import { type PrefixEntry, type Ranges, splitIntoRanges } from './prefix-ranges.ts'
import { PrefixSetError } from './prefix-set-error.ts'
import {
  HEADER_BYTES,
  MAGIC,
  type PrefixSetLayout,
  readLayout,
  totalBytes,
  type ValueWidth,
  VERSION,
  valueCount,
  valuesOffset,
} from './prefix-set-layout.ts'
import { CROWD, RangeIndex } from './range-index.ts'

export interface PrefixSet {
  /** Counts of ranges, for reports. */
  readonly ranges: { readonly ipv4: number; readonly ipv6: number }
  /** The value of the most specific prefix that holds the address, or 0. */
  lookup(address: Address): number
  /** Whether any prefix holds the address. */
  has(address: Address): boolean
}

/** Words that a start needs: those after the last that is not zero in any start are left out. */
function neededLanes({ starts, lanes }: Ranges): number {
  let needed = 1
  for (let i = 0; i < starts.length && needed < lanes; i += lanes) {
    for (let lane = lanes - 1; lane >= needed; lane--) {
      if (starts[i + lane] === 0) continue
      needed = lane + 1
      break
    }
  }
  return needed
}

/** The narrowest form that holds the values; `only` is the one value there is, if there is but one. */
function chooseWidth(sets: readonly Ranges[]): { width: ValueWidth; only: number } {
  let least = 0xffffffff
  let most = 0
  for (const { values } of sets) {
    for (const value of values) {
      if (value > most) most = value
      if (value > 0 && value < least) least = value
    }
  }
  if (most === 0) return { width: 0, only: 1 }
  if (least === most) return { width: 0, only: most }
  return { width: most <= 0xff ? 1 : most <= 0xffff ? 2 : 4, only: 0 }
}

const VALUE_ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const

/**
 * Compiles prefixes to the binary form. The most specific prefix wins; of the same prefix given twice the
 * higher value wins. What values mean is the caller's business. Throws `RangeError` for a value that is no
 * integer of 1 to 4294967295: the caller's mistake, not the data's.
 */
export function buildPrefixSet(entries: readonly PrefixEntry[]): ArrayBuffer {
  const v4 = splitIntoRanges(entries, 4)
  const v6 = splitIntoRanges(entries, 6)
  const lanes = neededLanes(v6)
  const layout: PrefixSetLayout = { n4: v4.count, n6: v6.count, lanes, ...chooseWidth([v4, v6]) }
  const { width, only } = layout
  const buffer = new ArrayBuffer(totalBytes(layout))
  const words = new Uint32Array(buffer)
  words.set([MAGIC, VERSION, v4.count, v6.count, lanes, width, only, 0])
  words.set(v4.starts, HEADER_BYTES / 4)
  const starts6 = words.subarray(HEADER_BYTES / 4 + v4.count)
  for (let i = 0; i < v6.count; i++)
    for (let lane = 0; lane < lanes; lane++)
      starts6[i * lanes + lane] = v6.starts[i * v6.lanes + lane] as number
  if (width !== 0) {
    const values = new VALUE_ARRAYS[width](buffer, valuesOffset(layout), valueCount(layout))
    values.set(v4.values, 1)
    values.set(v6.values, v4.count + 2)
  }
  return buffer
}

/** A start out of order would make the search skip ranges: an address list that silently does not apply. */
function checkOrder(starts: Uint32Array, lanes: number, family: string): void {
  for (let at = lanes; at < starts.length; at += lanes) {
    let lane = 0
    while (lane < lanes - 1 && starts[at + lane] === starts[at + lane - lanes]) lane++
    if ((starts[at + lane] as number) <= (starts[at + lane - lanes] as number))
      throw new PrefixSetError('not-sorted', `The ${family} ranges are not in order.`)
  }
}

const NO_BYTES = new Uint8Array(0)
const NO_SHORTS = new Uint16Array(0)
const NO_WORDS = new Uint32Array(0)

/** The values by their place, whatever their width. One array for each, so that no access sees two kinds. */
function createValueReader(
  buffer: ArrayBuffer,
  byteOffset: number,
  layout: PrefixSetLayout,
): (place: number) => number {
  const { width } = layout
  const at = byteOffset + valuesOffset(layout)
  const count = valueCount(layout)
  const bytes = width === 1 ? new Uint8Array(buffer, at, count) : NO_BYTES
  const shorts = width === 2 ? new Uint16Array(buffer, at, count) : NO_SHORTS
  const words = width === 4 ? new Uint32Array(buffer, at, count) : NO_WORDS
  return function readValue(place) {
    if (width === 1) return bytes[place] as number
    return (width === 2 ? shorts[place] : words[place]) as number
  }
}

/**
 * Opens the binary form without decoding: the arrays are views of `buffer`, which must not change after.
 * Throws `PrefixSetError` when the bytes are no whole prefix set.
 */
export function openPrefixSet(
  buffer: ArrayBuffer,
  byteOffset = 0,
  byteLength: number = buffer.byteLength - byteOffset,
): PrefixSet {
  const layout = readLayout(buffer, byteOffset, byteLength)
  const { n4, n6, lanes, width, only } = layout
  const starts4 = new Uint32Array(buffer, byteOffset + HEADER_BYTES, n4)
  const starts6 = new Uint32Array(buffer, byteOffset + HEADER_BYTES + 4 * n4, lanes * n6)
  checkOrder(starts4, 1, 'IPv4')
  checkOrder(starts6, lanes, 'IPv6')
  const readValue = createValueReader(buffer, byteOffset, layout)
  if (width !== 0 && (readValue(0) !== 0 || readValue(n4 + 1) !== 0))
    throw new PrefixSetError('bad-values', 'The prefix set has a value before its first range.')
  const index4 = new RangeIndex(starts4, 1)
  const index6 = new RangeIndex(starts6, lanes)
  const { shift, ranks } = index4
  function lookup(address: Address): number {
    if (address.version === 6) {
      const rank = index6.rankOfWords(address.words)
      return width === 0 ? (rank & 1) * only : readValue(n4 + 1 + rank)
    }
    // The common case of IPv4, written out here with what it needs at hand: a quarter faster than asking the index.
    const word = address.value
    const slot = word >>> shift
    let rank = ranks[slot] as number
    const end = ranks[slot + 1] as number
    if (end - rank > CROWD) rank = index4.rankOfWord(word)
    // Few words, in one or two cache lines: reading on is faster than halving, which guesses wrong every other time.
    else while (rank < end && (starts4[rank] as number) <= word) rank++
    return width === 0 ? (rank & 1) * only : readValue(rank)
  }
  return { ranges: { ipv4: n4, ipv6: n6 }, lookup, has: (address) => lookup(address) !== 0 }
}
