/**
 * The sources that are seen most, in fixed memory whatever is sent: space-saving counters (Metwally, Agrawal and
 * El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005).
 *
 * The counters lie in sets, as in a processor's cache, so that the one to give way is found among eight and not
 * among all. Which set a source falls into depends on a seed that no client knows.
 * @module
 */

/** Counters of one sketch. */
export const SLOTS = 256
const WAYS = 8

/** One source: two words and a kind name it; `text` is what it is called, where words do not say it. */
export interface Counted {
  readonly high: number
  readonly low: number
  readonly kind: number
  readonly text: string | undefined
  /** So often at least: what it may have taken over from another source is left out. */
  readonly count: number
}

export interface Sketch {
  /** @param weight How many requests this one stands for. */
  add(high: number, low: number, kind: number, weight: number, text?: string): void
  /** Sources counted `least` times or more, the most frequent first. */
  top(most: number, least: number): readonly Counted[]
  clear(): void
}

/** @param seed 32 random bits. */
export function createSketch(seed: number): Sketch {
  const highs = new Uint32Array(SLOTS)
  const lows = new Uint32Array(SLOTS)
  const kinds = new Uint8Array(SLOTS)
  const counts = new Uint32Array(SLOTS)
  /** What was taken over together with the place. */
  const errors = new Uint32Array(SLOTS)
  const texts: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined)

  function setOf(high: number, low: number): number {
    let mixed = Math.imul(high ^ seed, 0x9e3779b1) ^ Math.imul(low ^ (seed >>> 7), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
    return ((mixed >>> 24) & (SLOTS / WAYS - 1)) * WAYS
  }

  /** Typed arrays hold 0 where nothing was written; an index in range is never absent. */
  const lowerBound = (slot: number): number => (counts[slot] ?? 0) - (errors[slot] ?? 0)

  return {
    add(high, low, kind, weight, text) {
      const first = setOf(high, low)
      let least = first
      for (let slot = first; slot < first + WAYS; slot++) {
        if (lows[slot] === low && highs[slot] === high && kinds[slot] === kind && counts[slot] !== 0) {
          counts[slot] = (counts[slot] ?? 0) + weight
          return
        }
        if ((counts[slot] ?? 0) < (counts[least] ?? 0)) least = slot
      }
      const taken = counts[least] ?? 0
      highs[least] = high
      lows[least] = low
      kinds[least] = kind
      errors[least] = taken
      counts[least] = taken + weight
      texts[least] = text
    },
    top(most, least) {
      const slots: number[] = []
      for (let slot = 0; slot < SLOTS; slot++) {
        if (counts[slot] !== 0 && lowerBound(slot) >= least) slots.push(slot)
      }
      slots.sort((a, b) => lowerBound(b) - lowerBound(a))
      return slots.slice(0, most).map((slot) => ({
        high: highs[slot] ?? 0,
        low: lows[slot] ?? 0,
        kind: kinds[slot] ?? 0,
        text: texts[slot],
        count: lowerBound(slot),
      }))
    },
    clear() {
      counts.fill(0)
      errors.fill(0)
      texts.fill(undefined)
    },
  }
}
