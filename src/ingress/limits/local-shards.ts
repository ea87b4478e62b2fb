/**
 * Shards in this process: for replays, trials, shadows and tests. They answer at once.
 * @module
 */
import type { CounterShards } from './exchange.ts'
import { type CounterShard, createSettlement } from './settlement.ts'

export interface LocalShardsOptions {
  /** Keys at the same time, in each shard. */
  readonly accounts?: number
  /** Shards at the same time; the one that was asked longest ago gives way. */
  readonly shards?: number
}

const MAX_LOCAL_SHARDS = 256

export function localShards(options: LocalShardsOptions = {}): CounterShards {
  const most = options.shards ?? MAX_LOCAL_SHARDS
  const shards = new Map<string, CounterShard>()

  function findShard(name: string): CounterShard {
    const shard = shards.get(name) ?? createSettlement(options)
    shards.delete(name)
    if (shards.size >= most)
      for (const oldest of shards.keys()) {
        shards.delete(oldest)
        break
      }
    shards.set(name, shard)
    return shard
  }

  return { exchange: (name, message, now) => findShard(name).exchange(message, now) }
}
