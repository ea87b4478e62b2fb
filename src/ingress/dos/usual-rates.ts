/**
 * What is usual: slowly moving averages of rates, of a bounded number of sources.
 * @module
 */

/** Milliseconds in which an average forgets two thirds of what was. */
const MEMORY = 900_000
/** Learning during a surge is so many times slower: an attack must not become usual, lasting growth has to. */
const SURGE_SLOWNESS = 10

/**
 * How much the latest rate counts in an average.
 * @param span Milliseconds since the last rate.
 * @param age Milliseconds of learning so far: at first, it is the plain average.
 */
export function learningRate(span: number, age: number, isSurge: boolean): number {
  if (span <= 0) return 0
  const slow = 1 - Math.exp(-span / MEMORY)
  return isSurge ? slow / SURGE_SLOWNESS : Math.max(slow, span / (age + span))
}

export interface UsualRates {
  /** Requests per second; 0 for who is not known. */
  rateOf(key: string): number
  /** @param learning From 0 to 1, as `learningRate`. */
  learn(rates: ReadonlyMap<string, number>, learning: number): void
  /** The largest. */
  list(most: number): readonly (readonly [key: string, rate: number])[]
  restore(rates: Iterable<readonly [key: string, rate: number]>): void
}

/** Rates that have sunk so low are as good as none. */
const NEGLIGIBLE = 0.01

/** @param capacity Sources that are known; the smallest gives way. */
export function createUsualRates(capacity: number): UsualRates {
  const usual = new Map<string, number>()

  function largest(most: number): readonly (readonly [key: string, rate: number])[] {
    return [...usual].sort(([, a], [, b]) => b - a).slice(0, most)
  }

  return {
    rateOf: (key) => usual.get(key) ?? 0,
    learn(rates, learning) {
      for (const [key, before] of usual) {
        const rate = before + ((rates.get(key) ?? 0) - before) * learning
        if (rate < NEGLIGIBLE) usual.delete(key)
        else usual.set(key, rate)
      }
      for (const [key, rate] of rates) {
        if (!usual.has(key) && rate * learning >= NEGLIGIBLE) usual.set(key, rate * learning)
      }
      if (usual.size <= capacity) return
      for (const [key] of [...usual].sort(([, a], [, b]) => a - b).slice(0, usual.size - capacity))
        usual.delete(key)
    },
    list: largest,
    restore(rates) {
      usual.clear()
      for (const [key, rate] of rates) if (usual.size < capacity) usual.set(key, rate)
    },
  }
}
