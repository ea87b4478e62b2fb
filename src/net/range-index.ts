/**
 * Finds the range that holds an address: a search among sorted starts with a small tree of tables before it.
 *
 * The first table cuts the address space by its upper bits. A slot that still holds many starts gets a table
 * of its own over just the span those starts lie in, on the same word or on the next. So the uneven
 * IPv6 space (all of it in a few /16s, then in a few thousand /32s) needs two or three steps, as IPv4 does.
 * @module
 */

/** Slots with more starts get a table of their own. */
export const CROWD = 32

/** Levels of tables below the first; what is still crowded then is searched. Bounds build time and memory. */
const MAX_DEPTH = 6

/** The first table has at most this many bits: 65,536 slots are 256 KiB, and as much again with links. */
const ROOT_BITS = 16

/** Fields of a table: word it looks at, least word in it, shift, slots, place of its first slot. */
const FIELDS = 5

/** The tables while they are made; arrays grow by doubling. */
interface Draft {
  readonly starts: Uint32Array
  readonly lanes: number
  /** By slot: count of starts before the slot. The slot after a table's last is its end. */
  ranks: Int32Array
  /** By slot: place of the table below in `tables`, or 0. Empty until there is such a table. */
  links: Int32Array
  /** Slots in use. */
  used: number
  readonly tables: number[]
}

function resized(array: Int32Array, size: number): Int32Array {
  const larger = new Int32Array(size)
  larger.set(array.subarray(0, size))
  return larger
}

function reserve(draft: Draft, slots: number): number {
  const base = draft.used
  draft.used += slots
  if (draft.used > draft.ranks.length) {
    const size = Math.max(draft.used, 2 * draft.ranks.length)
    draft.ranks = resized(draft.ranks, size)
  }
  return base
}

/** Fills one table for the starts `from` to `to` and makes those below it. `min` is taken off the words. */
function fillTable(draft: Draft, from: number, to: number, table: number, depth: number): void {
  const [lane = 0, min = 0, shift = 0, slots = 0] = draft.tables.slice(table, table + FIELDS)
  const base = reserve(draft, slots + 1)
  draft.tables[table + 4] = base
  const { starts, lanes, ranks } = draft
  let slot = 0
  for (let i = from; i < to; i++) {
    const own = ((starts[i * lanes + lane] as number) - min) >>> shift
    while (slot <= own) ranks[base + slot++] = i
  }
  while (slot <= slots) ranks[base + slot++] = to
  if (depth === MAX_DEPTH || to - from <= CROWD) return
  for (slot = 0; slot < slots; slot++) {
    const first = draft.ranks[base + slot] as number
    const end = draft.ranks[base + slot + 1] as number
    // With no bits shifted out, a slot's starts share this word and differ in later ones.
    if (end - first <= CROWD) continue
    // Made before it is linked: the arrays may be other ones after the call.
    const below = addTable(draft, first, end, shift === 0 ? lane + 1 : lane, depth + 1)
    if (draft.links.length < draft.used) draft.links = resized(draft.links, draft.ranks.length)
    draft.links[base + slot] = below
  }
}

/** A table over the span that the starts lie in, with no more slots than starts; returns its place. */
function addTable(draft: Draft, from: number, to: number, lane: number, depth: number): number {
  const { starts, lanes, tables } = draft
  const min = starts[from * lanes + lane] as number
  const span = (starts[(to - 1) * lanes + lane] as number) - min
  const shift = Math.max(0, Math.clz32(to - from) - Math.clz32(span) + 1)
  const table = tables.length
  tables.push(lane, min, shift, (span >>> shift) + 1, 0)
  fillTable(draft, from, to, table, depth)
  return table
}

/** Counts how many starts are not after an address: the number of its range, from 1; 0 is before the first. */
export class RangeIndex {
  /** An address's slot in the first table is its first word shifted by so many bits. */
  readonly shift: number
  /** Count of starts before each slot, and after the last: what lies in slot `i` is `ranks[i]` to `ranks[i + 1]`. */
  readonly ranks: Int32Array
  readonly #starts: Uint32Array
  readonly #lanes: number
  readonly #links: Int32Array
  readonly #tables: Uint32Array

  /** `starts` are `lanes` words each, strictly ascending, and are used in place. */
  constructor(starts: Uint32Array, lanes: number) {
    const count = starts.length / lanes
    // Twice as many slots as starts, within reason.
    const bits = Math.min(ROOT_BITS, Math.max(1, 33 - Math.clz32(count)))
    const draft: Draft = {
      starts,
      lanes,
      ranks: new Int32Array(2 ** bits + 1),
      links: new Int32Array(0),
      used: 0,
      tables: [],
    }
    draft.tables.push(0, 0, 32 - bits, 2 ** bits, 0)
    fillTable(draft, 0, count, 0, 0)
    this.#starts = starts
    this.#lanes = lanes
    this.shift = 32 - bits
    this.ranks = resized(draft.ranks, draft.used)
    this.#links = draft.tables.length > FIELDS ? resized(draft.links, draft.used) : draft.links
    this.#tables = Uint32Array.from(draft.tables)
  }

  /** For starts of one word. */
  rankOfWord(word: number): number {
    const { ranks } = this
    const tables = this.#tables
    let slot = word >>> this.shift
    let low = ranks[slot] as number
    let high = ranks[slot + 1] as number
    while (high - low > CROWD) {
      const table = this.#links[slot] ?? 0
      if (table === 0) break
      const min = tables[table + 1] as number
      if (word < min) return low
      const own = (word - min) >>> (tables[table + 2] as number)
      if (own >= (tables[table + 3] as number)) return high
      slot = (tables[table + 4] as number) + own
      low = ranks[slot] as number
      high = ranks[slot + 1] as number
    }
    const starts = this.#starts
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= word) low = middle + 1
      else high = middle
    }
    return low
  }

  /** For starts of any number of words: those an address has more are not compared, as the starts' are zero. */
  rankOfWords(words: readonly [number, number, number, number]): number {
    const { ranks } = this
    const tables = this.#tables
    let slot = words[0] >>> this.shift
    let low = ranks[slot] as number
    let high = ranks[slot + 1] as number
    while (high - low > CROWD) {
      const table = this.#links[slot] ?? 0
      if (table === 0) break
      const word = words[tables[table] as number] as number
      const min = tables[table + 1] as number
      if (word < min) return low
      const own = (word - min) >>> (tables[table + 2] as number)
      if (own >= (tables[table + 3] as number)) return high
      slot = (tables[table + 4] as number) + own
      low = ranks[slot] as number
      high = ranks[slot + 1] as number
    }
    return this.#search(words, low, high)
  }

  #search(words: readonly [number, number, number, number], from: number, to: number): number {
    const starts = this.#starts
    const lanes = this.#lanes
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = middle * lanes
      let lane = 0
      while (lane < lanes - 1 && starts[at + lane] === words[lane]) lane++
      if ((starts[at + lane] as number) <= (words[lane] as number)) low = middle + 1
      else high = middle
    }
    return low
  }
}
