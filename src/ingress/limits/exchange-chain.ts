/**
 * Work that goes on after the answer of the request that started it.
 * @module
 */
import type { QueuePorts } from './queue-ports.ts'

/** Keeps the runtime from ending a request before the work is done. */
export type KeepAlive = (work: Promise<unknown>) => void

/** Exchanges that one request keeps alive, one after another. */
export interface Chain {
  readonly keepAlive: KeepAlive | undefined
  readonly startedAt: number
  done: (() => void) | undefined
}

/** Milliseconds after which a chain leaves further work to the next request: a request is kept alive for 30 s. */
const LONGEST_CHAIN = 10_000
/** Milliseconds after its time that a planned exchange counts as lost. */
const LOST_PLAN = 300

export function openChain(keepAlive: KeepAlive | undefined, now: number): Chain {
  return { keepAlive, startedAt: now, done: undefined }
}

/** From now on the request must live until the chain ends. */
export function holdChain(chain: Chain): void {
  if (chain.done !== undefined || chain.keepAlive === undefined) return
  chain.keepAlive(
    new Promise<void>((resolve) => {
      chain.done = resolve
    }),
  )
}

export function endChain(chain: Chain): void {
  chain.done?.()
}

export function isOver(chain: Chain, now: number): boolean {
  const age = now - chain.startedAt
  return age > LONGEST_CHAIN || age < 0
}

/** The next exchange, when it is not due yet. */
export interface Plan {
  /** Whether something will be sent at `due` or before. */
  covers(due: number, now: number): boolean
  /** Replaces the plan there was. `run` is told the time. */
  set(due: number, now: number, chain: Chain, run: (now: number) => void): void
}

export function createPlan({ timer, time, stats }: QueuePorts): Plan {
  let current: { readonly due: number } | undefined
  return {
    covers: (due, now) => current !== undefined && current.due <= due && now <= current.due + LOST_PLAN,
    set(due, now, chain, run) {
      const mine = { due }
      current = mine
      holdChain(chain)
      // A timer belongs to the request that set it, so one that is not wanted any more is left to run out.
      timer(due - now, () => {
        if (current !== mine) {
          endChain(chain)
          return
        }
        current = undefined
        try {
          run(time(due))
        } catch {
          stats.faults++
          endChain(chain)
        }
      })
    },
  }
}
