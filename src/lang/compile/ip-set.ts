/**
 * Sets of addresses, ranges and networks, for `in {…}`.
 * @module
 */
import type { Address } from '../../net/address.ts'
import type { SetElement } from '../ast.ts'
import { parseIpLiteral } from '../ip-literal.ts'

type IpElement = Extract<SetElement, { kind: 'ip' }>
type Words = readonly [number, number, number, number]

interface Range {
  readonly from: Words
  to: Words
}

const NONE: Words = [0, 0, 0, 0]

/** IPv4 addresses in the first word. */
function wordsOf(address: Address): Words {
  return address.version === 6 ? address.words : [address.value, 0, 0, 0]
}

function compareWords(a: Words, b: Words): number {
  for (let i = 0; i < 4; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** Ranges of one family, ascending and apart. */
function mergeRanges(elements: readonly IpElement[], version: 4 | 6): readonly Range[] {
  const ranges: Range[] = []
  for (const element of elements) {
    const from = parseIpLiteral(element.from)
    const to = parseIpLiteral(element.to)
    if (from?.version === version && to?.version === version)
      ranges.push({ from: wordsOf(from), to: wordsOf(to) })
  }
  ranges.sort((a, b) => compareWords(a.from, b.from))
  const merged: Range[] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (!last || compareWords(range.from, last.to) > 0) merged.push(range)
    else if (compareWords(range.to, last.to) > 0) last.to = range.to
  }
  return merged
}

/** The count of `items` before the first for which `after` holds; items must be in order. */
function search(count: number, after: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (after(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function createV4Test(ranges: readonly Range[]): (value: number) => boolean {
  const starts = Uint32Array.from(ranges, ({ from }) => from[0])
  const ends = Uint32Array.from(ranges, ({ to }) => to[0])
  return (value) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= value) low = middle + 1
      else high = middle
    }
    return low > 0 && value <= (ends[low - 1] as number)
  }
}

function createV6Test(ranges: readonly Range[]): (words: Words) => boolean {
  return (words) => {
    const index = search(ranges.length, (i) => compareWords(ranges[i]?.from ?? NONE, words) > 0)
    const range = ranges[index - 1]
    return range !== undefined && compareWords(words, range.to) <= 0
  }
}

/** Whether an address is one of the elements or in one of the ranges. */
export function createIpSet(elements: readonly IpElement[]): (address: Address) => boolean {
  const testV4 = createV4Test(mergeRanges(elements, 4))
  const testV6 = createV6Test(mergeRanges(elements, 6))
  return (address) => (address.version === 4 ? testV4(address.value) : testV6(address.words))
}
