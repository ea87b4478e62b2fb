/**
 * Where things are in the binary form of a prefix set. All numbers are unsigned and little-endian:
 *
 * | bytes               | content                                                                        |
 * |---------------------|--------------------------------------------------------------------------------|
 * | 0–3                 | magic `SPPX`                                                                   |
 * | 4–7                 | version, 2                                                                     |
 * | 8–11                | n4: count of IPv4 ranges                                                       |
 * | 12–15               | n6: count of IPv6 ranges                                                       |
 * | 16–19               | lanes: words kept of an IPv6 start, 1 to 4; the words left out are zero        |
 * | 20–23               | width of a value in bytes: 0, 1, 2 or 4                                        |
 * | 24–27               | with width 0: the value of every entry; else 0                                 |
 * | 28–31               | 0                                                                              |
 * | 4 × n4              | IPv4 range starts, strictly ascending                                          |
 * | 4 × lanes × n6      | IPv6 range starts, strictly ascending, most significant word first             |
 * | width × (1+n4+1+n6) | IPv4 values, then IPv6 values, then zeros up to a multiple of 4 bytes          |
 *
 * The first value of each family is that of the addresses before the first start and is 0, "no entry". With
 * width 0 there are no values: the ranges are in the set and out of it by turns, beginning with one that is in.
 * @module
 */
import { PrefixSetError } from './prefix-set-error.ts'

export const MAGIC = 0x58505053
export const VERSION = 2
export const HEADER_BYTES = 32

export type ValueWidth = 0 | 1 | 2 | 4

export interface PrefixSetLayout {
  readonly n4: number
  readonly n6: number
  readonly lanes: number
  readonly width: ValueWidth
  /** The value of every entry with width 0, else 0. */
  readonly only: number
}

/** Byte offset of the values; the IPv4 starts are at `HEADER_BYTES`, the IPv6 starts follow them. */
export function valuesOffset({ n4, n6, lanes }: PrefixSetLayout): number {
  return HEADER_BYTES + 4 * n4 + 4 * lanes * n6
}

/** Values of both families, with the leading 0 of each. */
export function valueCount({ n4, n6, width }: PrefixSetLayout): number {
  return width === 0 ? 0 : n4 + n6 + 2
}

export function totalBytes(layout: PrefixSetLayout): number {
  return valuesOffset(layout) + Math.ceil((valueCount(layout) * layout.width) / 4) * 4
}

function isWidth(width: number | undefined): width is ValueWidth {
  return width === 0 || width === 1 || width === 2 || width === 4
}

/** Checks the header against the bytes there are. Throws `PrefixSetError`. */
export function readLayout(buffer: ArrayBuffer, byteOffset: number, byteLength: number): PrefixSetLayout {
  if (byteOffset < 0 || byteLength < HEADER_BYTES || byteOffset + byteLength > buffer.byteLength)
    throw new PrefixSetError('bad-length', 'The prefix set is shorter than its header.')
  if (byteOffset % 4 !== 0)
    throw new PrefixSetError('misaligned', 'The prefix set does not start at a multiple of 4 bytes.')
  // Typed arrays have the machine's byte order. Where that is not little-endian, the magic does not match.
  const [magic, version, n4 = 0, n6 = 0, lanes = 0, width, only = 0, reserved] = new Uint32Array(
    buffer,
    byteOffset,
    HEADER_BYTES / 4,
  )
  if (magic !== MAGIC) throw new PrefixSetError('bad-magic', 'These bytes are not a prefix set.')
  if (version !== VERSION)
    throw new PrefixSetError('unknown-version', `Prefix set version ${version} is not known here.`)
  if (!isWidth(width) || lanes < 1 || lanes > 4 || (width === 0) !== only > 0 || reserved !== 0)
    throw new PrefixSetError('bad-header', 'The prefix set has a header that contradicts itself.')
  const layout: PrefixSetLayout = { n4, n6, lanes, width, only }
  if (totalBytes(layout) !== byteLength)
    throw new PrefixSetError('bad-length', 'The prefix set has the wrong length.')
  return layout
}
