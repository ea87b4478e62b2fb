/** Time that passes when a test says so. */
import type { PaceClock } from '../../../src/http/body-guard/pace.ts'

export interface FakeTime extends PaceClock {
  /** Lets time pass; timers fire in their order, and promises between them settle. */
  pass(ms: number): Promise<void>
  /** Timers that are set now. */
  readonly timers: number
}

export function createFakeTime(): FakeTime {
  let now = 1_795_000_000_000
  const pending = new Set<{ at: number; fire: () => void }>()
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    now: () => now,
    timer(ms, fire) {
      const timer = { at: now + ms, fire }
      pending.add(timer)
      return () => pending.delete(timer)
    },
    get timers() {
      return pending.size
    },
    async pass(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const [next] = [...pending].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        pending.delete(next)
        now = Math.max(now, next.at)
        next.fire()
      }
      now = end
      await settle()
    },
  }
}
