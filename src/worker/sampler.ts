/**
 * Decides which decision records are written under a flood: the first of each second in full, then none, and
 * how many were left out. Its memory is bounded by the number of rules.
 * @module
 */

export interface Sampler {
  /** True when a record with this key is to be written. */
  admit(key: string, now: number): boolean
  /** Takes the counts of records left out since the last call, by key. */
  drain(): readonly (readonly [key: string, left: number])[]
  /** True when records have been left out and nobody has been told yet. */
  readonly pending: boolean
}

interface Window {
  second: number
  written: number
  leftOut: number
}

/** Keys come from the policy and the code, not from requests; this is a second line of defence. */
const MAX_KEYS = 4096

export function createSampler(perSecond: number): Sampler {
  const windows = new Map<string, Window>()
  let leftOut = 0

  function windowOf(key: string): Window {
    let window = windows.get(key)
    if (window === undefined) {
      window = { second: -1, written: 0, leftOut: 0 }
      windows.set(key, window)
    }
    return window
  }

  return {
    get pending() {
      return leftOut > 0
    },
    admit(key, now) {
      const window = windowOf(windows.size >= MAX_KEYS && !windows.has(key) ? 'other' : key)
      const second = Math.floor(now / 1000)
      if (window.second !== second) {
        window.second = second
        window.written = 0
      }
      if (window.written < perSecond) {
        window.written++
        return true
      }
      window.leftOut++
      leftOut++
      return false
    },
    drain() {
      const counts: [string, number][] = []
      for (const [key, window] of windows) {
        if (window.leftOut === 0) continue
        counts.push([key, window.leftOut])
        window.leftOut = 0
      }
      leftOut = 0
      return counts
    },
  }
}
