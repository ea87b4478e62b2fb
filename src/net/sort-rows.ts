/**
 * Sorting of flat rows of words.
 * @module
 */

const DIGITS = 256

/**
 * The order of the rows, `stride` unsigned words each, by first word, then second, and so on: row numbers,
 * ascending. A radix sort from the last byte to the first (stable in each pass); it needs no object per row
 * and skips bytes that all rows share.
 */
export function sortRows(rows: Uint32Array, stride: number): Uint32Array {
  const count = Math.floor(rows.length / stride)
  let order = Uint32Array.from({ length: count }, (_, i) => i)
  let next = new Uint32Array(count)
  const places = new Uint32Array(DIGITS)
  for (let column = stride - 1; column >= 0; column--) {
    for (let shift = 0; shift < 32; shift += 8) {
      places.fill(0)
      for (let at = column; at < rows.length; at += stride) {
        const digit = ((rows[at] as number) >>> shift) & 255
        places[digit] = (places[digit] as number) + 1
      }
      if (places.includes(count)) continue
      let place = 0
      for (let digit = 0; digit < DIGITS; digit++) {
        const own = places[digit] as number
        places[digit] = place
        place += own
      }
      for (let i = 0; i < count; i++) {
        const row = order[i] as number
        const digit = ((rows[row * stride + column] as number) >>> shift) & 255
        const to = places[digit] as number
        places[digit] = to + 1
        next[to] = row
      }
      ;[order, next] = [next, order]
    }
  }
  return order
}
