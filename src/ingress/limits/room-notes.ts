/**
 * How much room shards last said that keys have: what the RateLimit fields tell clients. Only ever a hint, so a small
 * table does, in which a key may displace another.
 * @module
 */
import type { Report } from './exchange.ts'

export interface RoomNotes {
  note(report: Report, room: number): void
  /** Requests that were left when the key had `used` so many in that window here, or `undefined` when not known. */
  find(hi: number, lo: number, window: number, used: number): number | undefined
}

/** 20 bytes each. */
const NOTES = 4096
const WORDS = 5

export function createRoomNotes(): RoomNotes {
  // Hash, window, room, and what had been used here by then.
  const words = new Uint32Array(NOTES * WORDS)
  return {
    note({ hi, lo, window, used }, room) {
      const at = (hi & (NOTES - 1)) * WORDS
      words[at] = hi
      words[at + 1] = lo
      words[at + 2] = window
      words[at + 3] = room
      words[at + 4] = used
    },
    find(hi, lo, window, used) {
      const at = (hi & (NOTES - 1)) * WORDS
      if (words[at] !== hi || words[at + 1] !== lo || words[at + 2] !== window >>> 0) return undefined
      return Math.max(0, (words[at + 3] ?? 0) - Math.max(0, used - (words[at + 4] ?? 0)))
    },
  }
}
