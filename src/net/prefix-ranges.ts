/**
 * Turns overlapping prefixes with values into disjoint ranges: longest-prefix matching done ahead of time.
 *
 * A million prefixes must compile while somebody waits, so addresses are words in flat arrays throughout.
 * @module
 */
import type { Address } from './address.ts'
import type { Prefix } from './prefix.ts'
import { sortRows } from './sort-rows.ts'

export interface PrefixEntry {
  readonly prefix: Prefix
  /** 1 to 4294967295; 0 means "no entry" to the reader. */
  readonly value: number
}

/** From start `i` up to the next start the answer is `values[i]`; before the first start it is 0. */
export interface Ranges {
  readonly count: number
  /** Words of one start, most significant first: 1 for IPv4, 4 for IPv6. */
  readonly lanes: number
  /** `count * lanes` words, ascending by start. */
  readonly starts: Uint32Array
  /** Neighbours differ. */
  readonly values: Uint32Array
}

/** Rows of `lanes` words of the network's address, its length in bits, and its value. */
interface Networks {
  readonly count: number
  readonly lanes: number
  readonly stride: number
  readonly rows: Uint32Array
}

const MAX_VALUE = 0xffffffff

/** Refuses what is the caller's mistake: `parsePrefix` gives no such entry. */
function checkEntry({ prefix, value }: PrefixEntry): void {
  if (!Number.isInteger(value) || value < 1 || value > MAX_VALUE)
    throw new RangeError(`Prefix value ${value} is not 1 to ${MAX_VALUE}.`)
  const bits = prefix.address.version === 4 ? 32 : 128
  if (!Number.isInteger(prefix.length) || prefix.length < 0 || prefix.length > bits)
    throw new RangeError(`Prefix length ${prefix.length} is not 0 to ${bits}.`)
}

function wordOf(address: Address, lane: number): number {
  return address.version === 4 ? address.value : (address.words[lane] as number)
}

/** The word with all but its first `bits` bits cleared; `bits` may lie outside 0 to 32. */
function maskWord(word: number, bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? word : (word & (0xffffffff << (32 - bits))) >>> 0
}

function collectNetworks(entries: readonly PrefixEntry[], version: 4 | 6): Networks {
  const lanes = version === 4 ? 1 : 4
  const stride = lanes + 2
  let count = 0
  for (const { prefix } of entries) if (prefix.address.version === version) count++
  const rows = new Uint32Array(count * stride)
  let at = 0
  for (const entry of entries) {
    const { address, length } = entry.prefix
    if (address.version !== version) continue
    checkEntry(entry)
    for (let lane = 0; lane < lanes; lane++)
      rows[at + lane] = maskWord(wordOf(address, lane), length - 32 * lane)
    rows[at + lanes] = length
    rows[at + lanes + 1] = entry.value
    at += stride
  }
  return { count, lanes, stride, rows }
}

/** Whether the network at `outer` holds all of the network at `inner`, which must not be wider. */
function covers({ rows, lanes }: Networks, outer: number, inner: number): boolean {
  const length = rows[outer + lanes] as number
  const whole = length >>> 5
  for (let lane = 0; lane < whole; lane++) if (rows[outer + lane] !== rows[inner + lane]) return false
  const rest = length & 31
  return rest === 0 || maskWord(rows[inner + whole] as number, rest) === rows[outer + whole]
}

/** Puts the first address after the network into `into`; false when there is none. */
function writeEnd({ rows, lanes }: Networks, network: number, into: Uint32Array): boolean {
  const length = rows[network + lanes] as number
  if (length === 0) return false
  for (let lane = 0; lane < lanes; lane++) into[lane] = rows[network + lane] as number
  let lane = (length - 1) >>> 5
  let sum = (into[lane] as number) + 2 ** (31 - ((length - 1) & 31))
  while (sum > 0xffffffff && lane > 0) {
    into[lane] = 0
    lane--
    sum = (into[lane] as number) + 1
  }
  into[lane] = sum
  return sum <= 0xffffffff
}

interface RangeWriter {
  /** The answer is `value` from the start in `words[at..]` on; a later change at the same place replaces it. */
  push(words: Uint32Array, at: number, value: number): void
  finish(): Ranges
}

function createRangeWriter(lanes: number, capacity: number): RangeWriter {
  const starts = new Uint32Array(capacity * lanes)
  const values = new Uint32Array(capacity)
  let count = 0
  const startsWithLast = (words: Uint32Array, at: number): boolean => {
    for (let lane = 0; lane < lanes; lane++)
      if (starts[(count - 1) * lanes + lane] !== words[at + lane]) return false
    return true
  }
  return {
    push(words, at, value) {
      if (count > 0 && startsWithLast(words, at)) count--
      if ((count > 0 ? values[count - 1] : 0) === value) return
      for (let lane = 0; lane < lanes; lane++) starts[count * lanes + lane] = words[at + lane] as number
      values[count++] = value
    },
    finish: () => ({
      count,
      lanes,
      starts: starts.subarray(0, count * lanes),
      values: values.subarray(0, count),
    }),
  }
}

/**
 * Disjoint ranges of the entries of one family. The most specific prefix wins; of the same prefix given twice
 * the higher value wins. Throws `RangeError` for a value or a length out of range.
 */
export function splitIntoRanges(entries: readonly PrefixEntry[], version: 4 | 6): Ranges {
  const networks = collectNetworks(entries, version)
  const { rows, lanes, stride, count } = networks
  const answerOf = (network: number | undefined): number =>
    network === undefined ? 0 : (rows[network + lanes + 1] as number)
  // A network changes the answer at its start and after its end.
  const ranges = createRangeWriter(lanes, 2 * count)
  // Networks nest or are apart, they never cross: a stack of those still open is enough.
  const open: number[] = []
  const end = new Uint32Array(lanes)
  const close = (): void => {
    const last = open.pop() as number
    if (writeEnd(networks, last, end)) ranges.push(end, 0, answerOf(open.at(-1)))
  }
  // By address, then length, then value: wider ones first, and of two equal ones the higher value last.
  for (const row of sortRows(rows, stride)) {
    const network = row * stride
    for (let last = open.at(-1); last !== undefined && !covers(networks, last, network); last = open.at(-1))
      close()
    open.push(network)
    ranges.push(rows, network, answerOf(network))
  }
  while (open.length > 0) close()
  return ranges.finish()
}
