/** Time that stands still until it is told to go on. */
export interface VirtualClock {
  readonly now: () => number
  readonly timer: (ms: number, fire: () => void) => () => void
  /** Moves time and fires what has become due. Negative values set the clock back. */
  advance(ms: number): void
}

export function createVirtualClock(start = 1_800_000_000_000): VirtualClock {
  let time = start
  const timers = new Set<{ readonly at: number; readonly fire: () => void }>()
  return {
    now: () => time,
    timer(ms, fire) {
      const entry = { at: time + ms, fire }
      timers.add(entry)
      return () => void timers.delete(entry)
    },
    advance(ms) {
      time += ms
      for (const entry of [...timers]) {
        if (entry.at > time) continue
        timers.delete(entry)
        entry.fire()
      }
    },
  }
}
