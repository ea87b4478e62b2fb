/**
 * What one isolate holds between requests: the linked policy, its keys, counters and recorder.
 * @module
 */
import type { Bundle } from '../bundle/bundle.ts'
import { shardedCounters } from '../ingress/limits/sharded-counters.ts'
import { createWindowTable } from '../ingress/limits/window-table.ts'
import { linkPolicy, type Stages } from '../pipeline/stages.ts'
import type { ForwardPorts } from '../shield/forward.ts'
import type { ClientSource } from './client-facts.ts'
import { callCounterObjects } from './durable-counters.ts'
import type { Env } from './env.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { drawNonce, importEdgeKeys } from './signing.ts'
import { startTimer } from './start-timer.ts'

export interface Runtime {
  readonly stages: Stages
  readonly recorder: Recorder
  readonly readClient: ClientSource
  readonly ports: ForwardPorts
  readonly keyid: string
}

/** Why an isolate cannot serve. Told to the operator in the log and in health, to clients as 503. */
export interface NotReady {
  readonly problem: string
}

/** Entries of the isolate's own counters: about 2 MB each for the table and the block cache. */
const LOCAL_CAPACITY = 65_536
const BLOCK_CAPACITY = 65_536
const DEFAULT_SHARDS = 16
const MAX_SHARDS = 4096

export async function createRuntime(
  env: Env,
  bundle: Bundle,
  readClient: ClientSource,
): Promise<Runtime | NotReady> {
  const { settings } = bundle.model
  const imported = await importEdgeKeys(env.SALLYPORT_KEYS, settings.signature_ttl)
  if (!imported.ok) return { problem: imported.problem }
  const shards = readShards(env.COUNTER_SHARDS)
  if (shards === undefined)
    return { problem: `COUNTER_SHARDS must be a whole number from 1 to ${MAX_SHARDS}.` }
  const { signer, keyid, counterSecret } = imported.keys
  const call = callCounterObjects(env.COUNTERS)
  const stages = linkPolicy(bundle, {
    counters: shardedCounters({ shards, call }),
    local: createWindowTable({ capacity: LOCAL_CAPACITY }),
    blockCapacity: BLOCK_CAPACITY,
    secret: counterSecret,
    timer: startTimer,
  })
  const recorder = createRecorder({
    perSecond: settings.records_per_second,
    withQuery: settings.record_query,
    write: (line) => console.log(line),
    dataset: env.DECISIONS,
  })
  const ports: ForwardPorts = {
    fetch: (url, init) => fetch(url, init),
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    signer,
    freshness: () => ({ created: Math.floor(Date.now() / 1000), nonce: drawNonce() }),
    timer: startTimer,
  }
  return { stages, recorder, readClient, ports, keyid }
}

function readShards(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_SHARDS
  const shards = Number(text)
  return Number.isInteger(shards) && shards >= 1 && shards <= MAX_SHARDS ? shards : undefined
}
