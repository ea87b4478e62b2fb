/**
 * What limits remember between requests, and what outlives the policy they came from: refusals in force,
 * circuits that are open, sums. A publication must not let those go who are refused.
 * @module
 */
import { type BlockCache, createBlockCache } from './block-cache.ts'
import { type CounterClient, createCounterClient } from './counter-client.ts'
import type { Counters } from './counters.ts'
import type { Timer } from './deadline.ts'

export interface LimiterMemory {
  readonly blocks: BlockCache
  readonly client: CounterClient
  /** Refusals answered from the block cache. */
  blockedLocally: number
}

/** @param blockCapacity Refused clients remembered at the same time; 16 bytes each. */
export function createLimiterMemory(counters: Counters, blockCapacity: number, timer: Timer): LimiterMemory {
  return {
    blocks: createBlockCache(blockCapacity),
    client: createCounterClient(counters, timer),
    blockedLocally: 0,
  }
}
