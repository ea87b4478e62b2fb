/**
 * Sets of numbers (bytes, code points) as sorted, separate, inclusive ranges in one flat array:
 * `[from, to, from, to, …]`.
 * @module
 */

export type Ranges = readonly number[]

/** Sorts, and joins what overlaps or touches. */
export function normalizeRanges(ranges: Ranges): Ranges {
  const pairs: [number, number][] = []
  for (let i = 0; i + 1 < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, ranges[i + 1] ?? 0])
  pairs.sort((a, b) => a[0] - b[0])
  const out: number[] = []
  for (const [from, to] of pairs) {
    const last = out.at(-1)
    if (last !== undefined && from <= last + 1) out[out.length - 1] = Math.max(last, to)
    else out.push(from, to)
  }
  return out
}

export function uniteRanges(a: Ranges, b: Ranges): Ranges {
  return normalizeRanges([...a, ...b])
}

/** Everything from 0 to `limit` that is not in `ranges`. */
export function negateRanges(ranges: Ranges, limit: number): Ranges {
  const out: number[] = []
  let next = 0
  for (let i = 0; i < ranges.length; i += 2) {
    const from = ranges[i] ?? 0
    if (from > next) out.push(next, from - 1)
    next = (ranges[i + 1] ?? 0) + 1
  }
  if (next <= limit) out.push(next, limit)
  return out
}

export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  const out: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i] ?? 0, b[j] ?? 0)
    const endA = a[i + 1] ?? 0
    const endB = b[j + 1] ?? 0
    if (from <= Math.min(endA, endB)) out.push(from, Math.min(endA, endB))
    if (endA < endB) i += 2
    else j += 2
  }
  return out
}

export function subtractRanges(a: Ranges, b: Ranges): Ranges {
  return intersectRanges(a, negateRanges(b, Number.MAX_SAFE_INTEGER))
}

/** What is in one of them only. */
export function exclusiveRanges(a: Ranges, b: Ranges): Ranges {
  return subtractRanges(uniteRanges(a, b), intersectRanges(a, b))
}

export function includesNumber(ranges: Ranges, value: number): boolean {
  for (let i = 0; i < ranges.length; i += 2)
    if (value >= (ranges[i] ?? 0) && value <= (ranges[i + 1] ?? 0)) return true
  return false
}

/** Adds the other case of every ASCII letter. */
export function foldAsciiCase(ranges: Ranges): Ranges {
  const upper = intersectRanges(ranges, [0x41, 0x5a])
  const lower = intersectRanges(ranges, [0x61, 0x7a])
  return normalizeRanges([...ranges, ...upper.map((byte) => byte + 32), ...lower.map((byte) => byte - 32)])
}
