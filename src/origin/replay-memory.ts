/**
 * A replay store in the memory of one process: bounded, and never wrong in the unsafe direction.
 *
 * Two generations of open-addressing tables hold 64 bits of each nonce. A full generation becomes the older
 * one and the older is dropped; the newest `created` that was dropped becomes a floor, and what was created
 * at or before the floor is refused from then on. So forgetting never admits a replay: it costs false
 * refusals of delayed requests, and only under a flood of validly signed ones.
 * @module
 */
import type { Claim, ReplayStore } from './replay.ts'

export interface MemoryReplayOptions {
  /** Nonces per generation, 16 to 2²⁴; each costs 16 bytes, twice. Default 131,072: 4 MiB in all. */
  readonly capacity?: number
  /**
   * Seconds since 1970; what was created before is refused. With the time of the process's start, a restart
   * does not admit again what was admitted before it.
   */
  readonly since?: number
}

export interface MemoryReplayStore extends ReplayStore {
  claim(nonce: string, created: number, expires: number, now: number): Claim
  /** Bytes held by the tables: fixed at creation. */
  readonly bytes: number
}

const DEFAULT_CAPACITY = 131_072

interface Generation {
  readonly slots: Uint32Array<ArrayBuffer>
  count: number
  newest: number
}

function createGeneration(slots: number): Generation {
  return { slots: new Uint32Array(slots * 2), count: 0, newest: 0 }
}

/** Value of a base64url digit; other characters count as 0, which only makes nonces collide. */
function digit(code: number): number {
  if (code >= 97) return code - 71
  if (code === 95) return 63
  if (code >= 65) return code - 65
  return code >= 48 ? code + 4 : 62
}

/** 30 or so bits of the nonce from its character `at` on; nonces are random, so any bits are a good hash. */
function word(nonce: string, at: number): number {
  let bits = 0
  for (let i = at; i < at + 5; i++) bits = (bits << 6) | digit(nonce.charCodeAt(i))
  return ((bits << 2) | (digit(nonce.charCodeAt(at + 5)) & 3)) >>> 0
}

/** Index of the slot that holds the key, or −1 − index of the free slot where it belongs. */
function locate(slots: Uint32Array<ArrayBuffer>, high: number, low: number): number {
  const mask = slots.length / 2 - 1
  let slot = low & mask
  for (;;) {
    const a = slots[slot * 2] ?? 0
    const b = slots[slot * 2 + 1] ?? 0
    if (a === high && b === low) return slot
    if (a === 0 && b === 0) return -1 - slot
    slot = (slot + 1) & mask
  }
}

/** True when the generation holds the nonce; else it holds it from now on, if there is `room`. */
function meet(generation: Generation, nonce: string, room: boolean): boolean {
  const { slots } = generation
  const high = word(nonce, 0)
  // A key of two zeros would read as a free slot.
  const low = word(nonce, 6) || 1
  const at = locate(slots, high, low)
  if (at >= 0) return true
  if (!room) return false
  const slot = -1 - at
  slots[slot * 2] = high
  slots[slot * 2 + 1] = low
  generation.count++
  return false
}

function readCapacity({ capacity = DEFAULT_CAPACITY }: MemoryReplayOptions): number {
  if (Number.isInteger(capacity) && capacity >= 16 && capacity <= 1 << 24) return capacity
  throw new RangeError('replay capacity must be a whole number from 16 to 16777216')
}

/** @throws RangeError when `capacity` is out of bounds. */
export function createMemoryReplayStore(options: MemoryReplayOptions = {}): MemoryReplayStore {
  const capacity = readCapacity(options)
  // Twice the capacity, so that a probe ends after a step or two.
  const slots = 2 ** Math.ceil(Math.log2(capacity * 2))
  let current = createGeneration(slots)
  let older = createGeneration(slots)
  let floor = (options.since ?? 0) - 1

  function turnOver(): void {
    if (older.count > 0) floor = Math.max(floor, older.newest)
    older.slots.fill(0)
    older.count = 0
    older.newest = 0
    const emptied = older
    older = current
    current = emptied
  }

  return {
    bytes: slots * 16,
    claim(nonce, created) {
      if (created <= floor) return 'too-old'
      if (meet(older, nonce, false)) return 'replayed'
      if (current.count === capacity) {
        if (meet(current, nonce, false)) return 'replayed'
        turnOver()
        if (created <= floor) return 'too-old'
      }
      if (meet(current, nonce, true)) return 'replayed'
      if (created > current.newest) current.newest = created
      return 'fresh'
    },
  }
}
