/**
 * Exact counters in fixed memory: what a counter object and an isolate on its own count with.
 * @module
 */
import type { Count, Counters, Hit } from './counters.ts'
import { countRoom, findLongestBlock, findQuietTime, SHORTEST_BLOCK } from './sliding-window.ts'
import { createWindowSlots, SLOT_BYTES, type Slot } from './window-slots.ts'
import { packSlots, type SnapshotScope, unpackSlots } from './window-snapshot.ts'

export interface WindowTable extends Counters {
  hit(hits: readonly Hit[], now: number): readonly Count[]
  /** Live entries that had to give way to others since creation: rises when clients rotate keys. */
  readonly evicted: number
  /** Memory of the table in bytes; fixed. */
  readonly bytes: number
  /** Entries that still say something at `now`. Walks the whole table. */
  countLive(now: number): number
  /** The entries in scope, packed; empty when there are none. */
  snapshot(now: number, scope: SnapshotScope): Uint8Array
  /** Puts packed entries in and returns how many. What has expired or cannot be read is left out. */
  restore(packed: Uint8Array, now: number): number
}

/** Brings a slot to `now`: ends windows that are over, and doubts what lies in the future. */
function bringForward(slot: Slot, hit: Hit, now: number): void {
  const period = hit.period * 1000
  // A clock may step back (NTP, another machine). Counts stay; windows and refusals never outlast their length.
  if (now < slot.start) slot.start = now
  const longest = now + findLongestBlock(hit)
  if (slot.until > longest) slot.until = longest
  const elapsed = now - slot.start
  if (slot.period === 0 || elapsed >= 2 * period) {
    slot.previous = 0
    slot.current = 0
    slot.start = now
  } else if (elapsed >= period) {
    slot.previous = slot.current
    slot.current = 0
    slot.start += period
  }
  slot.period = period
}

/**
 * Counts one request. What is refused is not counted, so a refused client cannot prolong its refusal, and
 * it makes no difference whether a block cache kept its requests from coming here.
 */
function count(slot: Slot, hit: Hit, now: number): Count {
  const limit = hit.requests_per_period
  if (slot.until > now) return { allowed: false, until: slot.until, remaining: 0 }
  slot.until = 0
  const room = countRoom(slot.previous, slot.current, limit, now - slot.start, slot.period)
  if (room > 0) {
    slot.current++
    return { allowed: true, until: 0, remaining: room - 1 }
  }
  const quiet = slot.start + findQuietTime(slot.previous, slot.current, limit, slot.period)
  slot.until =
    hit.mitigation_timeout > 0 ? now + hit.mitigation_timeout * 1000 : Math.max(now + SHORTEST_BLOCK, quiet)
  return { allowed: false, until: slot.until, remaining: 0 }
}

/** Eight lower-case hex digits as a number, without the two strings that parseInt would need per request. */
function readWord(key: string, from: number): number {
  let word = 0
  for (let at = from; at < from + 8; at++) {
    const code = key.charCodeAt(at)
    word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57)
  }
  return word >>> 0
}

/** @param options.capacity Keys at the same time; rounded up to a power of two. 32 bytes each. */
export function createWindowTable(options: { readonly capacity: number }): WindowTable {
  const slots = createWindowSlots(options.capacity)
  const slot: Slot = { start: 0, previous: 0, current: 0, period: 0, until: 0 }

  function hitOne(hit: Hit, now: number): Count {
    const index = slots.locate(readWord(hit.key, 0), readWord(hit.key, 8), now)
    slots.load(index, slot)
    bringForward(slot, hit, now)
    const result = count(slot, hit, now)
    slots.store(index, slot)
    return result
  }

  return {
    shards: 1,
    shardOf: () => 0,
    bytes: slots.count * SLOT_BYTES,
    get evicted() {
      return slots.evicted
    },
    hit(hits, now) {
      const whole = Math.floor(now)
      return hits.map((hit) => hitOne(hit, whole))
    },
    countLive(now) {
      let live = 0
      for (let index = 0; index < slots.count; index++) if (slots.expiry(index) > now) live++
      return live
    },
    snapshot: (now, scope) => packSlots(slots, now, scope),
    restore: (packed, now) => unpackSlots(slots, packed, now),
  }
}
