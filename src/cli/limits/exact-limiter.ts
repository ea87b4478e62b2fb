/**
 * Limits that count in this process, and exactly: for trials and replays.
 * @module
 */
import type { LimiterOptions } from '../../ingress/limits/limiter.ts'
import { localShards } from '../../ingress/limits/local-shards.ts'

export interface ExactLimits {
  /** 16 bytes: keys the hashes that limits count by. */
  readonly secret: Uint8Array
  /** Clients counted at the same time, over all limits. */
  readonly keys: number
}

/** A function that makes what a limiter needs, each time with counters of its own. */
export function exactLimiter({ secret, keys }: ExactLimits): () => LimiterOptions {
  return () => ({
    secret,
    shards: localShards({ accounts: keys }),
    shardCount: 1,
    capacity: keys,
    isolate: 1,
    exact: true,
    // Counters answer at once: there is never anything to wait for, and nothing to draw lots for.
    timer: () => () => {},
    random: () => 0,
  })
}
