/**
 * Storage of the window table: open addressing in one buffer of 32-byte slots, found by 64-bit hash.
 *
 * The clients choose how many keys there are, so the memory is fixed at creation (a Map of a million keys
 * is most of an isolate's 128 MB), and so is the work: a key lies within PROBES slots of its home. When
 * those are taken, the one that would expire first gives way.
 * @module
 */

/** Slots that a key may lie in: 512 bytes, eight cache lines. */
const PROBES = 16
/** 32-bit words of a slot. */
const WORDS = 8
export const SLOT_BYTES = 32

// Layout of a slot. Words 0 and 1 are one float64: milliseconds since the epoch when the window started.
const HI = 2
const LO = 3
const PREVIOUS = 4
const CURRENT = 5
/** Milliseconds; 0 marks a slot that was never used. */
const PERIOD = 6
/** Milliseconds from the window's start to the end of a refusal; 0 when there is none. */
const BLOCK = 7

/** A slot's fields, for reading and writing in one go; one per table, so that counting allocates nothing. */
export interface Slot {
  start: number
  previous: number
  current: number
  /** Milliseconds. */
  period: number
  /** Milliseconds since the epoch when the refusal ends; 0 when there is none. */
  until: number
}

export interface WindowSlots {
  readonly count: number
  /** Live entries that gave way to others since creation. */
  readonly evicted: number
  /** The slot of a key; `period` 0 there says that the key is new. */
  locate(hi: number, lo: number, now: number): number
  load(index: number, slot: Slot): void
  store(index: number, slot: Slot): void
  /** Milliseconds since the epoch from which the slot says nothing any more; 0 when it was never used. */
  expiry(index: number): number
  /** The slot as words, to be copied. */
  raw(index: number): Uint32Array
}

/** Milliseconds since the epoch from which a copied slot says nothing any more; NaN when it is no entry. */
export function readExpiry(entry: Uint32Array): number {
  const start = new Float64Array(entry.slice(0, 2).buffer)[0] ?? Number.NaN
  const period = entry[PERIOD] ?? 0
  return period > 0 && Number.isFinite(start) ? start + Math.max(2 * period, entry[BLOCK] ?? 0) : Number.NaN
}

/** @param capacity Number of slots; rounded up to a power of two from 16 to 2²². */
export function createWindowSlots(capacity: number): WindowSlots {
  const count = 2 ** Math.min(22, Math.max(4, Math.ceil(Math.log2(capacity))))
  const buffer = new ArrayBuffer(count * SLOT_BYTES)
  const words = new Uint32Array(buffer)
  const starts = new Float64Array(buffer)
  const word = (index: number, field: number): number => words[index * WORDS + field] ?? 0
  const startOf = (index: number): number => starts[(index * WORDS) / 2] ?? 0
  let evicted = 0

  function expiry(index: number): number {
    return startOf(index) + Math.max(2 * word(index, PERIOD), word(index, BLOCK))
  }

  function claim(index: number, hi: number, lo: number): number {
    words.fill(0, index * WORDS, (index + 1) * WORDS)
    words[index * WORDS + HI] = hi
    words[index * WORDS + LO] = lo
    return index
  }

  function locate(hi: number, lo: number, now: number): number {
    for (let probe = 0; probe < PROBES; probe++) {
      const index = (lo + probe) & (count - 1)
      if (word(index, LO) === lo && word(index, HI) === hi && word(index, PERIOD) !== 0) return index
      // Slots are never emptied again, so no key lies beyond one that was never used.
      if (word(index, PERIOD) === 0) break
    }
    return claim(findPlace(lo, now), hi, lo)
  }

  /** Where a new key goes: what has expired, what was never used, or else what expires soonest. */
  function findPlace(lo: number, now: number): number {
    let best = lo & (count - 1)
    let soonest = Number.POSITIVE_INFINITY
    for (let probe = 0; probe < PROBES && soonest > now; probe++) {
      const index = (lo + probe) & (count - 1)
      const end = expiry(index)
      if (end >= soonest) continue
      soonest = end
      best = index
    }
    if (soonest > now) evicted++
    return best
  }

  return {
    count,
    get evicted() {
      return evicted
    },
    locate,
    expiry,
    load(index, slot) {
      const block = word(index, BLOCK)
      slot.start = startOf(index)
      slot.previous = word(index, PREVIOUS)
      slot.current = word(index, CURRENT)
      slot.period = word(index, PERIOD)
      slot.until = block === 0 ? 0 : slot.start + block
    },
    store(index, slot) {
      const base = index * WORDS
      starts[base / 2] = slot.start
      words[base + PREVIOUS] = slot.previous
      words[base + CURRENT] = slot.current
      words[base + PERIOD] = slot.period
      words[base + BLOCK] = Math.max(0, slot.until - slot.start)
    },
    raw: (index) => words.subarray(index * WORDS, (index + 1) * WORDS),
  }
}
