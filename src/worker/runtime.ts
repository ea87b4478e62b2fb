/**
 * One policy, linked: what a request runs with from its start to its end.
 * @module
 */
import type { Bundle } from '../bundle/bundle.ts'
import type { KillSwitch } from '../bundle/delivery.ts'
import type { LinkRequest } from '../bundle/live-policy.ts'
import type { PolicyModel, Settings } from '../bundle/model.ts'
import type { Watch } from '../ingress/dos/watch.ts'
import type { LimiterOptions } from '../ingress/limits/limiter.ts'
import { localShards } from '../ingress/limits/local-shards.ts'
import { linkPolicy, type Stages } from '../pipeline/stages.ts'
import type { ForwardPorts } from '../shield/forward.ts'
import type { BotKnowledge } from './bot-knowledge.ts'
import type { ClientSource } from './client-facts.ts'
import type { Isolate } from './isolate.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { drawNonce } from './signing.ts'
import { startTimer } from './start-timer.ts'
import type { WatchSync } from './watch-sync.ts'

export interface Runtime {
  readonly stages: Stages
  /** What is told of each request, and how the watch of the data centre hears of it. */
  readonly watch: Watch
  readonly sync: WatchSync
  readonly bots: BotKnowledge
  readonly recorder: Recorder
  readonly readClient: ClientSource
  readonly ports: ForwardPorts
  readonly keyid: string
}

/** Builds runtimes for one isolate. Throws what the stages throw when the policy cannot be built. */
export type Linker = (request: LinkRequest) => Runtime

/** Keys that a shadow counts: it decides nothing, and may forget sooner. */
const SHADOW_CAPACITY = 8192

function servingOptions({ shards, shardCount, limits, keys, number }: Isolate): LimiterOptions {
  return {
    shards,
    shardCount,
    memory: limits,
    secret: keys.counterSecret,
    timer: startTimer,
    isolate: number,
    random: Math.random,
  }
}

/** Counts on its own: nothing of a shadow reaches the counters that refuse clients. */
function shadowOptions({ keys, number }: Isolate): LimiterOptions {
  return {
    shards: localShards({ accounts: SHADOW_CAPACITY }),
    shardCount: 1,
    capacity: SHADOW_CAPACITY,
    exact: true,
    secret: keys.counterSecret,
    timer: startTimer,
    isolate: number,
    random: Math.random,
  }
}

/** The bundle with the stages off that a kill switch names. */
function withKilled(bundle: Bundle, kill: readonly KillSwitch[]): Bundle {
  if (kill.length === 0) return bundle
  const { settings } = bundle.model
  const off = Object.fromEntries(kill.map((stage) => [stage, 'off']))
  const stages: Settings['stages'] = { ...settings.stages, ...off }
  const model: PolicyModel = { ...bundle.model, settings: { ...settings, stages } }
  return { ...bundle, model }
}

function createPorts({ keys }: Isolate, { signature_ttl, origin_jwt }: Settings): ForwardPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    signer: keys.signerFor(signature_ttl),
    tokens: origin_jwt === true ? keys.tokenSignerFor(signature_ttl) : undefined,
    mac: keys.mac,
    freshness: () => ({ created: Math.floor(Date.now() / 1000), nonce: drawNonce() }),
    timer: startTimer,
    now: Date.now,
    fixedLength: (length) => new FixedLengthStream(length),
  }
}

export function createLinker(isolate: Isolate): Linker {
  const { readClient, dataset, write, keys } = isolate
  let last: { readonly settings: string; readonly recorder: Recorder } | undefined

  /** A flood goes on when the policy changes: the recorder that samples it stays, if it may. */
  function recorderFor({ records_per_second, record_query }: Settings): Recorder {
    const settings = `${records_per_second} ${record_query}`
    if (last?.settings === settings) return last.recorder
    const recorder = createRecorder({
      perSecond: records_per_second,
      withQuery: record_query,
      write,
      dataset,
    })
    last = { settings, recorder }
    return recorder
  }

  return function link({ bundle, kill, role }) {
    const { settings } = bundle.model
    const killed = withKilled(bundle, kill)
    const limiter = role === 'shadow' ? shadowOptions(isolate) : servingOptions(isolate)
    if (role !== 'shadow') isolate.watch.adopt(killed.model)
    return {
      stages: linkPolicy(killed, {
        limiter,
        bans: isolate.bans,
        challenge: isolate.challenge,
        bots: isolate.bots.memory,
      }),
      bots: isolate.bots,
      watch: isolate.watch,
      sync: isolate.sync,
      recorder: role === 'shadow' && last ? last.recorder : recorderFor(settings),
      readClient,
      ports: createPorts(isolate, settings),
      keyid: keys.keyid,
    }
  }
}
