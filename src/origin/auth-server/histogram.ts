/**
 * Counts of values by size, as Prometheus draws them.
 * @module
 */

export interface Histogram {
  add(value: number): void
  /** Lines of the text format, without `# HELP` and `# TYPE`. */
  render(name: string): string
}

/** @param bounds Upper ends of the buckets, ascending; the last bucket has none. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Float64Array(bounds.length + 1)
  let sum = 0
  return {
    add(value) {
      let bucket = 0
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++
      counts[bucket] = (counts[bucket] ?? 0) + 1
      sum += value
    },
    render(name) {
      let total = 0
      let text = ''
      for (const [i, count] of counts.entries()) {
        total += count
        text += `${name}_bucket{le="${bounds[i] ?? '+Inf'}"} ${total}\n`
      }
      return `${text}${name}_sum ${sum}\n${name}_count ${total}\n`
    },
  }
}
