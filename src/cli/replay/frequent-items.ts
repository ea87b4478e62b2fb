/**
 * Finds the most frequent keys of an endless stream with a fixed number of counters (Misra and Gries 1982,
 * with the batched decrement of Anderson et al., "A high-performance algorithm for identifying frequent
 * items in data streams", 2017). The clients and paths of a log are chosen by strangers: a plain Map of
 * them would be as large as the log.
 * @module
 */

interface FrequentItem {
  readonly key: string
  /** Never less than the true count, and at most `FrequentItems.error` more. */
  readonly count: number
}

export interface FrequentItems {
  add(key: string): void
  /** The `limit` most frequent keys, by falling count, then by key. */
  top(limit: number): FrequentItem[]
  /** 0 while there were never more keys than counters: then all counts are exact. */
  readonly error: number
  /** Counters in use: at most the capacity. */
  readonly size: number
}

/** `capacity` ≥ 2. A key seen more than 2/capacity of the time is always found. */
export function createFrequentItems(capacity: number): FrequentItems {
  const counts = new Map<string, number>()
  let error = 0

  /** Takes the median from every counter: at least half of them become free, so the cost is amortised. */
  function makeRoom(): void {
    const sorted = Float64Array.from(counts.values()).sort()
    const median = sorted[sorted.length >> 1] ?? 0
    for (const [key, count] of counts) {
      if (count > median) counts.set(key, count - median)
      else counts.delete(key)
    }
    error += median
  }

  return {
    add(key: string): void {
      const count = counts.get(key)
      if (count !== undefined) {
        counts.set(key, count + 1)
        return
      }
      if (counts.size >= capacity) makeRoom()
      counts.set(copyString(key), 1)
    },
    top(limit: number): FrequentItem[] {
      const items = [...counts].map(([key, count]) => ({ key, count: count + error }))
      return items.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, limit)
    },
    get error(): number {
      return error
    },
    get size(): number {
      return counts.size
    },
  }
}

/** V8 keeps the whole line alive for a slice of it; a copy keeps the key only. */
function copyString(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
