/**
 * A read-only map from addresses to small numbers, used straight from its binary form.
 *
 * The address space is cut into ranges at every place where the answer changes, so a look-up is one
 * search for the last start that is not after the address. Binary form, all numbers little-endian:
 *
 * | bytes      | content                                                                    |
 * |------------|----------------------------------------------------------------------------|
 * | 0–3        | magic `SPPX`                                                               |
 * | 4–7        | version, 1                                                                 |
 * | 8–11       | n4: count of IPv4 ranges                                                   |
 * | 12–15      | n6: count of IPv6 ranges                                                   |
 * | 4 × n4     | IPv4 range starts, strictly ascending                                      |
 * | 16 × n6    | IPv6 range starts in four lanes: all first words, all second words, …      |
 * | n4, padded | IPv4 values, one byte each, 0 is "no entry"; padded with zeros to 4 bytes  |
 * | n6, padded | IPv6 values, likewise                                                      |
 *
 * What lies before the first start has the value 0.
 * @module
 */
import type { Address } from './address.ts'
import { type PrefixEntry, splitIntoRanges } from './prefix-ranges.ts'
import { PrefixSetError } from './prefix-set-error.ts'

const MAGIC = 0x58505053
const VERSION = 1
const HEADER = 16

/** From this many IPv4 ranges on, 256 KiB for an index of the upper 16 bits saves most of the search. */
const INDEX_FROM = 2048

type Words = readonly [number, number, number, number]
type Lanes = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array]

export interface PrefixSet {
  /** Counts of ranges, for reports. */
  readonly ranges: { readonly ipv4: number; readonly ipv6: number }
  /** The value of the most specific prefix that holds the address, or 0. */
  lookup(address: Address): number
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

function totalBytes(n4: number, n6: number): number {
  return HEADER + 4 * n4 + 16 * n6 + padded(n4) + padded(n6)
}

/**
 * Compiles prefixes to the binary form. The most specific prefix wins; of the same prefix given twice the
 * higher value wins. Throws `RangeError` for a value outside 1 to 255: the caller's mistake, not the data's.
 */
export function buildPrefixSet(entries: readonly PrefixEntry[]): ArrayBuffer {
  for (const { value } of entries) {
    if (!Number.isInteger(value) || value < 1 || value > 255)
      throw new RangeError(`Prefix value ${value} is not 1 to 255.`)
  }
  const v4 = splitIntoRanges(entries.filter(({ prefix }) => prefix.address.version === 4))
  const v6 = splitIntoRanges(entries.filter(({ prefix }) => prefix.address.version === 6))
  const buffer = new ArrayBuffer(totalBytes(v4.length, v6.length))
  const view = new DataView(buffer)
  for (const [i, field] of [MAGIC, VERSION, v4.length, v6.length].entries())
    view.setUint32(4 * i, field, true)
  const values4 = HEADER + 4 * v4.length + 16 * v6.length
  const values6 = values4 + padded(v4.length)
  for (const [i, { start, value }] of v4.entries()) {
    view.setUint32(HEADER + 4 * i, Number(start >> 96n), true)
    view.setUint8(values4 + i, value)
  }
  for (const [i, { start, value }] of v6.entries()) {
    for (let lane = 0; lane < 4; lane++) {
      const offset = HEADER + 4 * (v4.length + lane * v6.length + i)
      view.setUint32(offset, Number((start >> BigInt(96 - 32 * lane)) & 0xffffffffn), true)
    }
    view.setUint8(values6 + i, value)
  }
  return buffer
}

/** `index[h]` is the count of starts whose upper 16 bits are less than `h`. */
function buildIndex(starts: Uint32Array): Uint32Array {
  const index = new Uint32Array(65_537)
  let high = 0
  for (let i = 0; i < starts.length; i++) {
    const own = (starts[i] as number) >>> 16
    while (high < own) index[++high] = i
  }
  while (high < 65_536) index[++high] = starts.length
  return index
}

/** Whether the IPv6 start at `i` is at or before the address. */
function reaches(lanes: Lanes, i: number, words: Words): boolean {
  const a = lanes[0][i] as number
  if (a !== words[0]) return a < words[0]
  const b = lanes[1][i] as number
  if (b !== words[1]) return b < words[1]
  const c = lanes[2][i] as number
  if (c !== words[2]) return c < words[2]
  return (lanes[3][i] as number) <= words[3]
}

/** A start out of order would make the search skip ranges: an address list that silently does not apply. */
function checkOrder(starts: Uint32Array, lanes: Lanes): void {
  for (let i = 1; i < starts.length; i++) {
    if ((starts[i - 1] as number) >= (starts[i] as number))
      throw new PrefixSetError('not-sorted', 'The IPv4 ranges are not in order.')
  }
  for (let i = 1; i < lanes[0].length; i++) {
    const previous = lanes.map((lane) => lane[i - 1]) as unknown as Words
    if (reaches(lanes, i, previous))
      throw new PrefixSetError('not-sorted', 'The IPv6 ranges are not in order.')
  }
}

/** Checks the header against the bytes there are; returns the counts. */
function checkHeader(
  buffer: ArrayBuffer,
  byteOffset: number,
  byteLength: number,
): readonly [n4: number, n6: number] {
  if (byteOffset < 0 || byteLength < HEADER || byteOffset + byteLength > buffer.byteLength) {
    throw new PrefixSetError('bad-length', 'The prefix set is shorter than its header.')
  }
  if (byteOffset % 4 !== 0)
    throw new PrefixSetError('misaligned', 'The prefix set does not start at a multiple of 4 bytes.')
  const view = new DataView(buffer, byteOffset, HEADER)
  if (view.getUint32(0, true) !== MAGIC)
    throw new PrefixSetError('bad-magic', 'These bytes are not a prefix set.')
  const version = view.getUint32(4, true)
  if (version !== VERSION)
    throw new PrefixSetError('unknown-version', `Prefix set version ${version} is not known here.`)
  const n4 = view.getUint32(8, true)
  const n6 = view.getUint32(12, true)
  if (totalBytes(n4, n6) !== byteLength)
    throw new PrefixSetError('bad-length', 'The prefix set has the wrong length.')
  return [n4, n6]
}

function searchV4(starts: Uint32Array, value: number, from: number, to: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

function searchV6(lanes: Lanes, words: Words): number {
  let low = 0
  let high = lanes[0].length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (reaches(lanes, middle, words)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * Opens the binary form without decoding: the arrays are views of `buffer`, which must not change after.
 * Throws `PrefixSetError` when the bytes are no whole prefix set. Typed arrays have the machine's byte
 * order, which is little-endian wherever workerd and Node run; elsewhere the order check fails.
 */
export function openPrefixSet(
  buffer: ArrayBuffer,
  byteOffset = 0,
  byteLength: number = buffer.byteLength - byteOffset,
): PrefixSet {
  const [n4, n6] = checkHeader(buffer, byteOffset, byteLength)
  const starts = new Uint32Array(buffer, byteOffset + HEADER, n4)
  const laneAt = (lane: number): Uint32Array =>
    new Uint32Array(buffer, byteOffset + HEADER + 4 * (n4 + lane * n6), n6)
  const lanes: Lanes = [laneAt(0), laneAt(1), laneAt(2), laneAt(3)]
  const valuesAt = byteOffset + HEADER + 4 * n4 + 16 * n6
  const values4 = new Uint8Array(buffer, valuesAt, n4)
  const values6 = new Uint8Array(buffer, valuesAt + padded(n4), n6)
  checkOrder(starts, lanes)
  const index = n4 >= INDEX_FROM ? buildIndex(starts) : undefined
  return {
    ranges: { ipv4: n4, ipv6: n6 },
    lookup(address) {
      if (address.version === 6) return values6[searchV6(lanes, address.words)] ?? 0
      const { value } = address
      const high = value >>> 16
      const from = index ? (index[high] as number) : 0
      const to = index ? (index[high + 1] as number) : n4
      return values4[searchV4(starts, value, from, to)] ?? 0
    },
  }
}
