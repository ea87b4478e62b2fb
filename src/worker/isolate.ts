/**
 * What an isolate holds whatever the policy is: keys, counters, bans, ports. A new policy finds it as it was.
 * @module
 */
import type { ChallengeOptions } from '../ingress/challenge/challenge.ts'
import type { Providers } from '../ingress/challenge/provider.ts'
import { type BanTable, createBanTable } from '../ingress/dos/ban-table.ts'
import { createWatch, type Watch } from '../ingress/dos/watch.ts'
import type { CounterShards } from '../ingress/limits/exchange.ts'
import { createLimiterMemory, type LimiterMemory } from '../ingress/limits/limiter-memory.ts'
import { type BotKnowledge, createBotKnowledge } from './bot-knowledge.ts'
import { durableSpend } from './challenge-shards.ts'
import type { ClientSource } from './client-facts.ts'
import { durableShards } from './counter-shards.ts'
import type { Env } from './env.ts'
import { readWhole } from './read-whole.ts'
import type { Dataset } from './recorder.ts'
import { drawNonce, type EdgeKeys, importEdgeKeys } from './signing.ts'
import { createSiteverify } from './siteverify.ts'
import { startTimer } from './start-timer.ts'
import { createWatchSync, type WatchSync } from './watch-sync.ts'

/** Why an isolate cannot serve. Told to the operator in the log, to clients as 503. */
export interface NotReady {
  readonly problem: string
}

export interface Isolate {
  readonly keys: EdgeKeys
  readonly readClient: ClientSource
  /** Tells isolates apart: drawn at random, a whole number below 2³². */
  readonly number: number
  readonly shards: CounterShards
  readonly shardCount: number
  readonly limits: LimiterMemory
  readonly watch: Watch
  readonly bans: BanTable
  readonly sync: WatchSync
  readonly bots: BotKnowledge
  /** What makes and takes challenges, whatever the policy asks of them. */
  readonly challenge: Pick<ChallengeOptions, 'secrets' | 'spend' | 'providers'>
  readonly dataset: Dataset | undefined
  readonly write: (line: string) => void
}

const DEFAULT_SHARDS = 16
const MAX_SHARDS = 4096

export async function createIsolate(env: Env, readClient: ClientSource): Promise<Isolate | NotReady> {
  const imported = await importEdgeKeys(env.SALLYPORT_KEYS)
  if (!imported.ok) return { problem: imported.problem }
  const shardCount = readWhole(env.COUNTER_SHARDS, { low: 1, high: MAX_SHARDS, otherwise: DEFAULT_SHARDS })
  if (shardCount === undefined)
    return { problem: `COUNTER_SHARDS must be a whole number from 1 to ${MAX_SHARDS}.` }
  const shards = durableShards(env.COUNTERS)
  const number = Math.floor(Math.random() * 2 ** 32)
  const watch = createWatch({ isolate: number, random: Math.random, now: Date.now() })
  const bans = createBanTable()
  const write = (line: string): void => console.log(line)
  return {
    keys: imported.keys,
    readClient,
    number,
    shards,
    shardCount,
    limits: createLimiterMemory({
      shards,
      timer: startTimer,
      isolate: number,
      random: Math.random,
      clock: Date.now,
    }),
    watch,
    bans,
    sync: createWatchSync(watch, bans, env.WATCH),
    bots: createBotKnowledge(env.RULES, imported.keys.counterSecret),
    challenge: {
      secrets: imported.keys.challengeSecrets,
      spend: durableSpend(env.CHALLENGES, { timer: startTimer, draw: drawNonce }),
      providers: createProviders(env, write),
    },
    dataset: env.DECISIONS,
    write,
  }
}

function createProviders(env: Env, write: (line: string) => void): Providers {
  return createSiteverify({
    fetch: (url, init) => fetch(url, init),
    timer: startTimer,
    drawKey: () => crypto.randomUUID(),
    secrets: { turnstile: env.SALLYPORT_TURNSTILE_SECRET, hcaptcha: env.SALLYPORT_HCAPTCHA_SECRET },
    onDown: (provider) => write(JSON.stringify({ kind: 'challenge', event: 'provider-down', provider })),
  })
}
