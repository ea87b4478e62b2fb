/**
 * Sets of characters as expressions over the bytes of UTF-8 (RFC 3629).
 * @module
 */
import { alternateNodes, concatNodes, type RegexNode } from './node.ts'
import { type Ranges, subtractRanges } from './ranges.ts'

const SURROGATES: Ranges = [0xd800, 0xdfff]
/** The last code point of each length. */
const LENGTHS = [0x7f, 0x7ff, 0xffff, 0x10ffff]

/** Ranges of bytes, one after another. */
type Sequence = readonly Ranges[]

export function encodeUtf8(code: number): number[] {
  if (code < 0x80) return [code]
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)]
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
  return [
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 0x3f),
    0x80 | ((code >> 6) & 0x3f),
    0x80 | (code & 0x3f),
  ]
}

/** One character of `ranges` (code points). */
export function utf8Class(ranges: Ranges): RegexNode {
  const characters = subtractRanges(ranges, SURROGATES)
  const sequences: Sequence[] = []
  for (let i = 0; i < characters.length; i += 2) {
    let from = characters[i] ?? 0
    const to = characters[i + 1] ?? 0
    for (const last of LENGTHS) {
      if (from > last) continue
      const end = Math.min(to, last)
      splitSequence(encodeUtf8(from), encodeUtf8(end), [], sequences)
      if (end === to) break
      from = end + 1
    }
  }
  return toNode(sequences)
}

/** Splits two encodings of one length until each step's ranges are independent. */
function splitSequence(
  from: readonly number[],
  to: readonly number[],
  prefix: Sequence,
  out: Sequence[],
): void {
  const [first = 0, ...fromRest] = from
  const [last = 0, ...toRest] = to
  if (fromRest.length === 0) {
    out.push([...prefix, [first, last]])
    return
  }
  if (first === last) {
    splitSequence(fromRest, toRest, [...prefix, [first, first]], out)
    return
  }
  const lowest = fromRest.map(() => 0x80)
  const highest = fromRest.map(() => 0xbf)
  const head = fromRest.some((byte) => byte !== 0x80)
  const tail = toRest.some((byte) => byte !== 0xbf)
  if (head) splitSequence(fromRest, highest, [...prefix, [first, first]], out)
  const middle: Ranges = [first + (head ? 1 : 0), last - (tail ? 1 : 0)]
  if ((middle[0] ?? 0) <= (middle[1] ?? 0))
    out.push([...prefix, middle, ...lowest.map((): Ranges => [0x80, 0xbf])])
  if (tail) splitSequence(lowest, toRest, [...prefix, [last, last]], out)
}

/** Sequences in order; those that begin alike share their beginning. */
function toNode(sequences: readonly Sequence[]): RegexNode {
  const branches: RegexNode[] = []
  const single: number[] = []
  for (let i = 0; i < sequences.length; ) {
    const first = sequences[i]?.[0] ?? []
    let end = i + 1
    while (end < sequences.length && sameRange(sequences[end]?.[0] ?? [], first)) end++
    const rest = sequences.slice(i, end).map((sequence) => sequence.slice(1))
    if (rest[0]?.length === 0) single.push(...first)
    else branches.push(concatNodes([{ kind: 'byte', ranges: first }, toNode(rest)]))
    i = end
  }
  if (single.length > 0) branches.unshift({ kind: 'byte', ranges: single })
  return alternateNodes(branches)
}

function sameRange(a: Ranges, b: Ranges): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
