/**
 * A window table's entries as bytes: what survives when the memory they are counted in does not.
 *
 * One packed value costs one written row however many clients are counted; a row per client would cost a
 * shard under a flood thousands of rows per second.
 * @module
 */
import { readExpiry, SLOT_BYTES, type Slot, type WindowSlots } from './window-slots.ts'

/** Which entries a snapshot takes. */
export interface SnapshotScope {
  /** Entries of limits with a longer period than this many seconds; refusals in force are taken always. */
  readonly minPeriod: number
  /** Most entries; refusals come first, then what has counted most. */
  readonly most: number
}

/** First word of a snapshot: the layout's version, so that a later layout is not misread. */
const LAYOUT = 0x53_57_00_01
const HEADER_BYTES = 8
const WORDS = SLOT_BYTES / 4
/** One class for refusals in force above the 32 powers of two that counts fall into. */
const CLASSES = 34

const emptySlot = (): Slot => ({ start: 0, previous: 0, current: 0, period: 0, until: 0 })

/** 0: not in scope. Higher is worth more: losing a count of one forgives one request, a refusal forgives all. */
function rank(slots: WindowSlots, index: number, slot: Slot, now: number, minPeriod: number): number {
  if (slots.expiry(index) <= now) return 0
  slots.load(index, slot)
  if (slot.until > now) return CLASSES - 1
  if (slot.period <= minPeriod * 1000) return 0
  return 32 - Math.clz32(slot.previous + slot.current)
}

/** Entries in scope, the worthiest first class by class, at most `scope.most`. */
export function packSlots(slots: WindowSlots, now: number, scope: SnapshotScope): Uint8Array {
  const slot = emptySlot()
  const ranks = new Uint8Array(slots.count)
  const sizes = new Uint32Array(CLASSES)
  for (let index = 0; index < slots.count; index++) {
    const value = rank(slots, index, slot, now, scope.minPeriod)
    ranks[index] = value
    sizes[value] = (sizes[value] ?? 0) + 1
  }
  // Classes above `cut` fit whole; the class at `cut` fills what room is left.
  let cut = CLASSES - 1
  let room = scope.most
  while (cut > 0 && (sizes[cut] ?? 0) <= room) room -= sizes[cut--] ?? 0
  const taken: number[] = []
  for (let index = 0; index < slots.count; index++) {
    const value = ranks[index] ?? 0
    if (value === 0 || value < cut || (value === cut && room-- <= 0)) continue
    taken.push(index)
  }
  return taken.length === 0 ? new Uint8Array(0) : writeEntries(slots, taken)
}

function writeEntries(slots: WindowSlots, taken: readonly number[]): Uint8Array {
  const packed = new Uint8Array(HEADER_BYTES + taken.length * SLOT_BYTES)
  const words = new Uint32Array(packed.buffer)
  words[0] = LAYOUT
  words[1] = taken.length
  for (const [position, index] of taken.entries()) {
    words.set(slots.raw(index), HEADER_BYTES / 4 + position * WORDS)
  }
  return packed
}

/** Returns how many entries were taken over. */
export function unpackSlots(slots: WindowSlots, packed: Uint8Array, now: number): number {
  if (packed.length < HEADER_BYTES) return 0
  // A copy, as the bytes may start at an address that no 32-bit view can.
  const words = new Uint32Array(packed.slice().buffer, 0, packed.length >>> 2)
  const count = words[1] ?? 0
  if (words[0] !== LAYOUT || packed.length !== HEADER_BYTES + count * SLOT_BYTES) return 0
  let restored = 0
  for (let position = 0; position < count; position++) {
    const start = HEADER_BYTES / 4 + position * WORDS
    if (unpackOne(slots, words.subarray(start, start + WORDS), now)) restored++
  }
  return restored
}

function unpackOne(slots: WindowSlots, entry: Uint32Array, now: number): boolean {
  if (!(readExpiry(entry) > now)) return false
  slots.raw(slots.locate(entry[2] ?? 0, entry[3] ?? 0, now)).set(entry)
  return true
}
