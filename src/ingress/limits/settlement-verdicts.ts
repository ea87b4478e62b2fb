/**
 * The newest refusals of a shard in the order in which they were made, so that every isolate hears of each once
 * and blocks what it has never asked about: a botnet then costs one question per client, not one per isolate.
 * @module
 */
import { MAX_VERDICTS, type Verdict } from './exchange.ts'

/** What is told, and the cursor that says so. */
export interface Told {
  readonly verdicts: readonly Verdict[]
  readonly cursor: number
}

export interface VerdictRing {
  add(hi: number, lo: number, until: number, strikes: number): void
  /** The cursor after everything that there is. */
  head(now: number): number
  /** Refusals still in force after `cursor`, oldest first; what is too much for one time comes the next time. */
  tell(cursor: number, now: number): Told
}

interface Entry {
  readonly hi: number
  readonly lo: number
  readonly until: number
  readonly strikes: number
}

/** Refusals remembered; isolates that have missed older ones must ask. */
export const RING_SIZE = 4096
/** A cursor is the life's number times this, and a position below it. */
const POSITIONS = 2 ** 20
/** Lives are told apart by the millisecond they began in, over some three months; isolates live for hours. */
const LIVES = 2 ** 33

export function createVerdictRing(): VerdictRing {
  let entries: Entry[] = []
  /** Refusals added in this life. */
  let added = 0
  let life = -1

  /** Begins a new life, in which everything is told again, before positions run out. */
  function live(now: number): void {
    if (life >= 0 && added < POSITIONS) return
    life = now % LIVES
    // A full ring is rotated so that its oldest entry is at the place of position 0.
    const oldest = added % RING_SIZE
    if (entries.length === RING_SIZE) entries = [...entries.slice(oldest), ...entries.slice(0, oldest)]
    added = entries.length
  }

  function readCursor(cursor: number): number {
    const first = added - entries.length
    if (Math.floor(cursor / POSITIONS) !== life) return first
    return Math.min(Math.max(cursor % POSITIONS, first), added)
  }

  return {
    add(hi, lo, until, strikes) {
      entries[added % RING_SIZE] = { hi, lo, until, strikes }
      added++
    },
    head(now) {
      live(now)
      return life * POSITIONS + added
    },
    tell(cursor, now) {
      live(now)
      const verdicts: Verdict[] = []
      let position = readCursor(cursor)
      for (; position < added && verdicts.length < MAX_VERDICTS; position++) {
        const entry = entries[position % RING_SIZE]
        if (entry === undefined || entry.until <= now) continue
        const { hi, lo, until, strikes } = entry
        verdicts.push({ hi, lo, refusedFor: until - now, strikes })
      }
      return { verdicts, cursor: life * POSITIONS + position }
    },
  }
}
