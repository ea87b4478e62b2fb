/**
 * Timers and messages of code that works with promises, on the clock of the simulation.
 * @module
 */
import type { EventQueue } from '../event-queue.ts'

export interface Callbacks {
  /** Calls `run` after so many milliseconds unless the returned function is called before. */
  after(ms: number, run: () => void): () => void
  /** To be called when something may have begun that goes on in promises. */
  stir(): void
  /** Resolves when all that can go on without the clock has; `undefined` when nothing was stirred. */
  settle(): Promise<void> | undefined
}

export function createCallbacks(queue: EventQueue): Callbacks {
  const waiting: ((() => void) | undefined)[] = []
  const free: number[] = []
  let stirred = false

  function happen(slot: number): void {
    const run = waiting[slot]
    waiting[slot] = undefined
    free.push(slot)
    stirred = true
    run?.()
  }

  return {
    after(ms, run) {
      stirred = true
      const slot = free.pop() ?? waiting.length
      waiting[slot] = run
      queue.push(queue.now + ms, happen, slot, 0)
      return () => {
        // The slot may serve another by now.
        if (waiting[slot] === run) waiting[slot] = undefined
      }
    },
    stir() {
      stirred = true
    },
    settle() {
      if (!stirred) return undefined
      stirred = false
      // The event loop turns only when no promise has anything left to say.
      return new Promise((resolve) => {
        setImmediate(resolve)
      })
    },
  }
}
