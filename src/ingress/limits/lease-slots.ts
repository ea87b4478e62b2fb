/**
 * The memory of a lease table: 28 bytes per key in one buffer, found by hash in two places.
 *
 * A key may lie in either of two groups of eight slots, each given by one half of its hash, and takes the emptier:
 * a table is then nearly full before a key that somebody uses has to give way. A slot is never emptied, only taken over.
 * @module
 */

/** Words of a slot. `ENDS` and `UNTIL` are ticks. */
export const HI = 0
export const LO = 1
/**
 * Counts are the low bits of their word; the high ones tell when the first of them came. The highest limit of a policy,
 * ten million, fits; of a limit for a network, eight times as much, no isolate reports more than what fits.
 */
export const COUNT_BITS = 24
export const MAX_COUNT: number = 2 ** COUNT_BITS - 1
/** End of the window that `USED` belongs to. */
export const ENDS = 2
export const USED = 3
export const BEFORE = 4
/** End of the refusal, or of the tokens. */
export const UNTIL = 5
/** Bytes of a slot: tokens, or strikes while refused; the size of the last grant; flags; the clock's epoch. */
export const HELD = 24
export const LAST = 25
export const FLAGS = 26
export const EPOCH = 27

/** Flags: the two lowest bits are the grace left. */
export const GRACE_BITS = 3
/** Refused in this window; and in the one before. */
export const STRUCK = 4
export const STRUCK_BEFORE = 8
/** No grace until tokens are granted. */
export const BARRED = 16
export const REFUSED = 32
/** Whoever keeps offenders has been told of this refusal. */
export const TOLD = 64
/** The slot holds a key. */
export const TAKEN = 128

/** Milliseconds per tick. Ticks wrap after 397 days, so they are compared by their difference. */
export const TICK = 8
export const TICKS_PER_SECOND = 125

const WORDS = 7
const BYTES = 4 * WORDS
const GROUP = 8

/** @param ms Milliseconds since the epoch. Rounds down. */
export function tickOf(ms: number): number {
  return Math.floor(ms / TICK) >>> 0
}

/** Ticks from `now` to `end`; negative when it is over. */
export function ticksUntil(end: number, now: number): number {
  return (end - now) | 0
}

export interface LeaseSlots {
  readonly bytes: number
  /** Keys in force that had to give way. */
  readonly evicted: number
  word(slot: number, field: number): number
  setWord(slot: number, field: number, value: number): void
  byte(slot: number, field: number): number
  setByte(slot: number, field: number, value: number): void
  /** The key's slot, or -1. */
  find(hi: number, lo: number): number
  /** A slot for a key that has none, cleared. What says least gives way. */
  take(hi: number, lo: number, tick: number): number
}

/** @param capacity Slots; rounded up to a power of two from 16 to 2²⁰. */
export function createLeaseSlots(capacity: number): LeaseSlots {
  const count = 2 ** Math.min(20, Math.max(4, Math.ceil(Math.log2(capacity))))
  const groups = count / GROUP - 1
  const buffer = new ArrayBuffer(count * BYTES)
  const words = new Uint32Array(buffer)
  const octets = new Uint8Array(buffer)
  let evicted = 0

  const word = (slot: number, field: number): number => words[slot * WORDS + field] as number
  const byte = (slot: number, field: number): number => octets[slot * BYTES + field] as number
  const firstGroup = (lo: number): number => (lo & groups) * GROUP
  function secondGroup(hi: number, lo: number): number {
    const group = hi & groups
    return (group === (lo & groups) ? group ^ 1 : group) * GROUP
  }

  function findIn(start: number, hi: number, lo: number): number {
    for (let slot = start; slot < start + GROUP; slot++) {
      // Groups fill from their start, so nothing lies behind an empty slot.
      if (byte(slot, FLAGS) === 0) return -1
      if (word(slot, LO) === lo && word(slot, HI) === hi) return slot
    }
    return -1
  }

  function countTaken(start: number): number {
    let taken = 0
    while (taken < GROUP && byte(start + taken, FLAGS) !== 0) taken++
    return taken
  }

  /** What a slot is worth: windows that are over least, the oldest first; then use; then refusals in force. */
  function worth(slot: number, tick: number): number {
    const flags = byte(slot, FLAGS)
    const refused = (flags & REFUSED) !== 0 ? ticksUntil(word(slot, UNTIL), tick) : 0
    if (refused > 0) return 2 ** 34 + refused
    const left = ticksUntil(word(slot, ENDS), tick)
    if (left <= 0) return left
    return (word(slot, USED) & MAX_COUNT) + ((flags & STRUCK) !== 0 ? 2 ** 33 : 1)
  }

  function findLeast(first: number, second: number, tick: number): number {
    let best = first
    let least = Number.POSITIVE_INFINITY
    for (let n = 0; n < 2 * GROUP; n++) {
      const slot = n < GROUP ? first + n : second + n - GROUP
      const value = worth(slot, tick)
      if (value >= least) continue
      least = value
      best = slot
    }
    if (least > 0) evicted++
    return best
  }

  function choose(hi: number, lo: number, tick: number): number {
    const first = firstGroup(lo)
    const second = secondGroup(hi, lo)
    const inFirst = countTaken(first)
    const inSecond = countTaken(second)
    if (inFirst === GROUP && inSecond === GROUP) return findLeast(first, second, tick)
    return inFirst <= inSecond ? first + inFirst : second + inSecond
  }

  return {
    bytes: buffer.byteLength,
    get evicted() {
      return evicted
    },
    word,
    byte,
    setWord(slot, field, value) {
      words[slot * WORDS + field] = value
    },
    setByte(slot, field, value) {
      octets[slot * BYTES + field] = value
    },
    find(hi, lo) {
      const slot = findIn(firstGroup(lo), hi, lo)
      return slot >= 0 ? slot : findIn(secondGroup(hi, lo), hi, lo)
    },
    take(hi, lo, tick) {
      const slot = choose(hi, lo, tick)
      words.fill(0, slot * WORDS, (slot + 1) * WORDS)
      words[slot * WORDS + HI] = hi
      words[slot * WORDS + LO] = lo
      octets[slot * BYTES + FLAGS] = TAKEN
      return slot
    },
  }
}
