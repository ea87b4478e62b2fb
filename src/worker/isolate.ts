/**
 * What an isolate holds whatever the policy is: keys, counters, ports. A new policy finds it as it was.
 * @module
 */
import type { Counters } from '../ingress/limits/counters.ts'
import { createLimiterMemory, type LimiterMemory } from '../ingress/limits/limiter-memory.ts'
import { shardedCounters } from '../ingress/limits/sharded-counters.ts'
import { createWindowTable, type WindowTable } from '../ingress/limits/window-table.ts'
import type { ClientSource } from './client-facts.ts'
import { callCounterObjects } from './durable-counters.ts'
import type { Env } from './env.ts'
import { readWhole } from './read-whole.ts'
import type { Dataset } from './recorder.ts'
import { type EdgeKeys, importEdgeKeys } from './signing.ts'
import { startTimer } from './start-timer.ts'

/** Why an isolate cannot serve. Told to the operator in the log, to clients as 503. */
export interface NotReady {
  readonly problem: string
}

export interface Isolate {
  readonly keys: EdgeKeys
  readonly readClient: ClientSource
  readonly counters: Counters
  readonly local: WindowTable
  readonly limits: LimiterMemory
  readonly dataset: Dataset | undefined
  readonly write: (line: string) => void
}

/** Entries of the isolate's own counters: about 2 MB each for the table and the block cache. */
const LOCAL_CAPACITY = 65_536
export const BLOCK_CAPACITY = 65_536
const DEFAULT_SHARDS = 16
const MAX_SHARDS = 4096

export async function createIsolate(env: Env, readClient: ClientSource): Promise<Isolate | NotReady> {
  const imported = await importEdgeKeys(env.SALLYPORT_KEYS)
  if (!imported.ok) return { problem: imported.problem }
  const shards = readWhole(env.COUNTER_SHARDS, { low: 1, high: MAX_SHARDS, otherwise: DEFAULT_SHARDS })
  if (shards === undefined)
    return { problem: `COUNTER_SHARDS must be a whole number from 1 to ${MAX_SHARDS}.` }
  const counters = shardedCounters({ shards, call: callCounterObjects(env.COUNTERS) })
  return {
    keys: imported.keys,
    readClient,
    counters,
    local: createWindowTable({ capacity: LOCAL_CAPACITY }),
    limits: createLimiterMemory(counters, BLOCK_CAPACITY, startTimer),
    dataset: env.DECISIONS,
    write: (line) => console.log(line),
  }
}
