/**
 * Counts over a sliding period, kept as two buckets: what was counted in the window before is taken to have been
 * spread evenly over it. What the compared schemes count with.
 * @module
 */

export interface SlidingCounts {
  /** The estimate of what was counted in the last period, the weights added now included. */
  add(id: number, weight: number, now: number): number
}

interface Bucket {
  window: number
  current: number
  before: number
}

/** The golden ratio in 32 bits: moves the windows of different ids apart. */
const GOLDEN = 0x9e3779b1

/** @param period Milliseconds. */
export function createSlidingCounts(period: number): SlidingCounts {
  const buckets = new Map<number, Bucket>()
  return {
    add(id, weight, now) {
      const moved = now / period + (Math.imul(id, GOLDEN) >>> 0) / 0x1_0000_0000
      const window = Math.floor(moved)
      let bucket = buckets.get(id)
      if (bucket === undefined) {
        bucket = { window, current: 0, before: 0 }
        buckets.set(id, bucket)
      }
      if (bucket.window !== window) {
        bucket.before = bucket.window === window - 1 ? bucket.current : 0
        bucket.current = 0
        bucket.window = window
      }
      bucket.current += weight
      return bucket.current + bucket.before * (1 - (moved - window))
    },
  }
}
