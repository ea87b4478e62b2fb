/**
 * Prefix codes of DEFLATE (RFC 1951 section 3.2.2): made from code lengths, looked up by the next bits.
 * @module
 */
const MAX_LENGTH = 15

/**
 * Codes of up to `width` bits are found in one look; longer ones, which are rare by their nature, bit by bit. So
 * a table is small and costs little: a hostile stream can bring one every few bytes.
 */
export interface PrefixCode {
  readonly width: number
  /** By the next `width` bits: `symbol << 4 | length`, or 0 when the code is longer or none. */
  readonly table: Uint16Array
  /** Number of codes of each length. */
  readonly counts: Uint16Array
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array
}

export function createPrefixCode(width: number, size: number): PrefixCode {
  return {
    width,
    table: new Uint16Array(1 << width),
    counts: new Uint16Array(MAX_LENGTH + 1),
    symbols: new Uint16Array(size),
  }
}

const next = new Uint16Array(MAX_LENGTH + 2)

/**
 * Sets a code from the lengths at `from` to `to`. False when no decoder takes it: more codes than there is room
 * for, or room left over, except with a single code of one bit and with none at all.
 */
export function setPrefixCode(code: PrefixCode, lengths: Uint8Array, from: number, to: number): boolean {
  const { counts, symbols, table } = code
  counts.fill(0)
  for (let i = from; i < to; i++) {
    const length = lengths[i] as number
    counts[length] = (counts[length] as number) + 1
  }
  counts[0] = 0
  let left = 1
  let longest = 0
  next[1] = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    const count = counts[length] as number
    left = left * 2 - count
    if (left < 0) return false
    if (count > 0) longest = length
    next[length + 1] = (next[length] as number) + count
  }
  if (left > 0 && longest > 1) return false
  for (let i = from; i < to; i++) {
    const length = lengths[i] as number
    if (length === 0) continue
    const place = next[length] as number
    next[length] = place + 1
    symbols[place] = i - from
  }
  fillTable(code, table)
  return true
}

/** Codes are counted up from their highest bit, and read from it: their bits stand reversed in the table. */
function fillTable({ width, counts, symbols }: PrefixCode, table: Uint16Array): void {
  table.fill(0)
  const size = 1 << width
  let reversed = 0
  let index = 0
  for (let length = 1; length <= width; length++) {
    const step = 1 << length
    for (let left = counts[length] as number; left > 0; left--) {
      const entry = ((symbols[index++] as number) << 4) | length
      for (let at = reversed; at < size; at += step) table[at] = entry
      // Adds one to the reversed code: carries go down.
      let bit = step >> 1
      while ((reversed & bit) !== 0) bit >>= 1
      reversed = bit === 0 ? 0 : (reversed & (bit - 1)) + bit
    }
  }
}

/** Finds the code of any length at the lowest bits of `hold`: as in the table, or 0 when there is none. */
export function findLong({ counts, symbols }: PrefixCode, hold: number): number {
  let code = 0
  let first = 0
  let index = 0
  let rest = hold
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code |= rest & 1
    rest >>>= 1
    const count = counts[length] as number
    if (code - count < first) return ((symbols[index + (code - first)] as number) << 4) | length
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  return 0
}
