/**
 * Sets of whole numbers as intervals that are apart and ascending.
 * @module
 */

export interface Interval {
  /** Inclusive. */
  readonly from: bigint
  /** Inclusive. */
  readonly to: bigint
}

export type IntervalSet = readonly Interval[]

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Any intervals in any order as a set. */
export function uniteIntervals(intervals: readonly Interval[]): IntervalSet {
  const sorted = intervals.filter(({ from, to }) => from <= to).sort((a, b) => compare(a.from, b.from))
  const out: { from: bigint; to: bigint }[] = []
  for (const { from, to } of sorted) {
    const last = out.at(-1)
    if (!last || from > last.to + 1n) out.push({ from, to })
    else if (to > last.to) last.to = to
  }
  return out
}

/** What is in both. */
export function intersect(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out: Interval[] = []
  let i = 0
  let j = 0
  for (let x = a[i], y = b[j]; x && y; x = a[i], y = b[j]) {
    const from = x.from > y.from ? x.from : y.from
    const to = x.to < y.to ? x.to : y.to
    if (from <= to) out.push({ from, to })
    if (x.to < y.to) i++
    else j++
  }
  return out
}

/** What is in `a` and not in `b`. */
export function subtract(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out: Interval[] = []
  for (const { from, to } of a) {
    let at = from
    for (const hole of b) {
      if (hole.to < at || hole.from > to) continue
      if (hole.from > at) out.push({ from: at, to: hole.from - 1n })
      at = hole.to + 1n
    }
    if (at <= to) out.push({ from: at, to })
  }
  return out
}

/** The members, or `undefined` when there are more than `limit`. */
export function listMembers(set: IntervalSet, limit: number): readonly bigint[] | undefined {
  const count = set.reduce((sum, { from, to }) => sum + (to - from + 1n), 0n)
  if (count > BigInt(limit)) return undefined
  return set.flatMap(({ from, to }) =>
    Array.from({ length: Number(to - from + 1n) }, (_, i) => from + BigInt(i)),
  )
}

export function isMember(set: IntervalSet, value: bigint): boolean {
  return set.some(({ from, to }) => from <= value && value <= to)
}
