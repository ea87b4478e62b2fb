/**
 * Ways between isolates and shards, and the queue in front of a shard.
 *
 * A Durable Object does one thing at a time. Calls that would wait too long are not taken: they come back with
 * an error that says `overloaded`, as on Cloudflare.
 * @module
 */
import type { Uniform } from './chance.ts'
import { drawWait } from './chance.ts'
import { ISOLATES_PER_POP, POPS } from './traffic.ts'

export interface NetworkOptions {
  /** Milliseconds there and back to a shard in the same data centre. */
  readonly colo: number
  /** The same to a shard that all share, from the nearest and the farthest point of presence. */
  readonly nearest: number
  readonly farthest: number
  /** Milliseconds that a shard is busy with a call, and with each report in it. */
  readonly service: number
  readonly perReport: number
  /** Milliseconds that a call waits at most for its turn. */
  readonly patience: number
}

export const NETWORK: NetworkOptions = {
  colo: 8,
  nearest: 12,
  farthest: 152,
  service: 1,
  perReport: 0.005,
  patience: 200,
}

/** Milliseconds from an isolate to a shard or back, with some jitter. */
export type Way = (isolate: number) => number

/** Mean of what a way takes longer now and then, in milliseconds. */
const TAIL = 0.5

export function createWay(options: NetworkOptions, scope: 'colo' | 'global', uniform: Uniform): Way {
  const { colo, nearest, farthest } = options
  return function draw(isolate) {
    const pop = Math.floor(isolate / ISOLATES_PER_POP)
    const both = scope === 'colo' ? colo : nearest + ((farthest - nearest) * pop) / (POPS - 1)
    return (both / 2) * (0.9 + 0.2 * uniform()) + drawWait(uniform, TAIL)
  }
}

export interface ShardQueue {
  /**
   * Takes a call that comes at `now`.
   * @returns When the shard is done with it, or -1 when it does not take it.
   */
  enter(now: number, reports: number): number
}

export function createShardQueue({ service, perReport, patience }: NetworkOptions): ShardQueue {
  let free = 0
  return {
    enter(now, reports) {
      if (free - now > patience) return -1
      free = Math.max(free, now) + service + perReport * reports
      return free
    },
  }
}
