/**
 * Sets of whole numbers and ranges, for `in {…}`.
 * @module
 */

import type { SetElement } from '../ast.ts'
import { type Int, readInt } from '../int.ts'

type IntElement = Extract<SetElement, { kind: 'int' }>

interface Range {
  readonly from: Int
  to: Int
}

function compareInts(a: Int, b: Int): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Ascending and apart. */
function mergeRanges(elements: readonly IntElement[]): readonly Range[] {
  const ranges = elements.map(({ from, to }): Range => ({ from: readInt(from), to: readInt(to) }))
  ranges.sort((a, b) => compareInts(a.from, b.from))
  const merged: Range[] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (!last || range.from > last.to) merged.push(range)
    else if (range.to > last.to) last.to = range.to
  }
  return merged
}

/** Whether a number is one of the elements or in one of the ranges. */
export function createIntSet(elements: readonly IntElement[]): (value: Int) => boolean {
  if (elements.every(({ from, to }) => from === to)) {
    const set: ReadonlySet<Int> = new Set(elements.map(({ from }) => readInt(from)))
    return (value) => set.has(value)
  }
  const ranges = mergeRanges(elements)
  const starts = ranges.map(({ from }) => from)
  const ends = ranges.map(({ to }) => to)
  return (value) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as Int) <= value) low = middle + 1
      else high = middle
    }
    return low > 0 && value <= (ends[low - 1] as Int)
  }
}
