/**
 * Turns overlapping prefixes with values into disjoint ranges: longest-prefix matching done ahead of time.
 * @module
 */
import type { Address } from './address.ts'
import type { Prefix } from './prefix.ts'

export interface PrefixEntry {
  readonly prefix: Prefix
  /** 1 to 255; 0 means "no entry" to the reader. */
  readonly value: number
}

/** From `start` up to the next range's start the answer is `value`. */
export interface Range {
  /** As a 128-bit number; IPv4 addresses lie in its upper 32 bits. */
  readonly start: bigint
  readonly value: number
}

const SPACE = 1n << 128n

function startOf(address: Address): bigint {
  if (address.version === 4) return BigInt(address.value) << 96n
  const [a, b, c, d] = address.words
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d)
}

interface Span {
  readonly start: bigint
  readonly end: bigint
  readonly value: number
}

/** Wider prefixes first, and of two equal ones the higher value last, so that it is the one that stands. */
function compareSpans(a: Span, b: Span): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1
  if (a.end !== b.end) return a.end > b.end ? -1 : 1
  return a.value - b.value
}

/** Adds a change of value; a later change at the same place replaces the earlier, a change to the same is none. */
function pushRange(ranges: Range[], start: bigint, value: number): void {
  if (ranges.at(-1)?.start === start) ranges.pop()
  if ((ranges.at(-1)?.value ?? 0) !== value) ranges.push({ start, value })
}

/** Disjoint ranges of the entries, which must all be of one family; ascending, neighbours always differ. */
export function splitIntoRanges(entries: readonly PrefixEntry[]): Range[] {
  const spans = entries.map(({ prefix, value }): Span => {
    const start = startOf(prefix.address)
    return { start, end: start + (SPACE >> BigInt(prefix.length)), value }
  })
  spans.sort(compareSpans)
  const ranges: Range[] = []
  const open: Span[] = []
  const closeUpTo = (limit: bigint): void => {
    for (let last = open.at(-1); last && last.end <= limit; last = open.at(-1)) {
      open.pop()
      if (last.end < SPACE) pushRange(ranges, last.end, open.at(-1)?.value ?? 0)
    }
  }
  // Prefixes nest or are apart, they never cross: a stack of those still open is enough.
  for (const span of spans) {
    closeUpTo(span.start)
    open.push(span)
    pushRange(ranges, span.start, span.value)
  }
  closeUpTo(SPACE)
  return ranges
}
