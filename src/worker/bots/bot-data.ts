/**
 * What an isolate has of what the cron fetched. It looks at the store behind an answer, every ten minutes; no request
 * waits for that, and what is there stays whatever the store says.
 * @module
 */
import type { RangeAge, RangeBook } from '../../ingress/bots/ranges/range-book.ts'
import type { KeyDirectory } from '../../ingress/bots/web-bot-auth/key-directory.ts'
import { restorePublishedKeys } from '../../ingress/bots/web-bot-auth/published-key.ts'
import { openPrefixSet, type PrefixSet } from '../../net/prefix-set.ts'
import type { BotStore } from './bot-store.ts'
import { createStoredCodec, type StoredData, type StoredFault } from './stored-data.ts'
import type { StoredDirectory, StoredSource } from './stored-index.ts'

/** What is fed: the ranges and keys of one policy. */
export interface BotDataTarget {
  readonly ranges: Pick<RangeBook, 'replace' | 'ages'>
  readonly keys: Pick<KeyDirectory, 'replace' | 'ages'>
}

export interface BotDataPorts {
  /** Absent: there is no KV, and snapshots are all there is. */
  readonly store: BotStore | undefined
  /** At least 16 bytes that nobody but the edge has. */
  readonly secret: Uint8Array
  /** Milliseconds since the epoch, for what comes after a wait. */
  readonly clock: () => number
}

export interface BotDataReport {
  /** Of the last look: `off` without a store, `waiting` before the first one has ended, `failed`: it does not answer. */
  readonly store: 'off' | 'waiting' | 'absent' | 'good' | 'failed' | StoredFault
  readonly reads: number
  /** Seconds since the cron wrote what is used; absent when nothing of it is. */
  readonly age?: number
  /** Lists and directories of the policy with their ages. */
  readonly ranges: readonly RangeAge[]
  readonly directories: ReturnType<KeyDirectory['ages']>
  /** What could not be fetched when the cron last asked for it. */
  readonly failed: readonly { readonly id: string; readonly why: string }[]
}

export interface BotData {
  /** Starts a look at the store when one is due. @param now Milliseconds since the epoch. */
  refresh(keepAlive: (work: Promise<unknown>) => void, now: number): void
  /** Gives a policy what is there, and from then on what comes. */
  supply(target: BotDataTarget): void
  /** @param now Milliseconds since the epoch. */
  report(now: number): BotDataReport
}

/** Milliseconds between two looks, after one that failed, and after which one that has not ended is lost. */
const EVERY = 600_000
const RETRY = 60_000
const LOST = 30_000
/** Policies that are fed: active, candidate, and those that they have just replaced. */
const MAX_TARGETS = 4

interface OpenData {
  readonly written: number
  readonly sets: readonly { readonly source: StoredSource; readonly set: PrefixSet }[]
  readonly directories: readonly StoredDirectory[]
  readonly failed: BotDataReport['failed']
}

/** Throws when a set is none, which the MAC makes impossible but for a defect of ours. */
function open({ index, sets }: StoredData): OpenData {
  const entries = [...index.sources, ...index.directories]
  return {
    written: index.written,
    sets: index.sources.flatMap((source) => {
      const bytes = sets.get(source.id)
      return bytes && source.fetched > 0 ? [{ source, set: openPrefixSet(bytes) }] : []
    }),
    directories: index.directories,
    failed: entries.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }])),
  }
}

function feed(target: BotDataTarget, { sets, directories }: OpenData): void {
  for (const { source, set } of sets) target.ranges.replace(source.id, set, source.fetched, source.count)
  for (const { id, keys, fetched } of directories) {
    const published = fetched > 0 ? restorePublishedKeys(keys) : undefined
    if (published) target.keys.replace(id, published, fetched)
  }
}

export function createBotData({ store, secret, clock }: BotDataPorts): BotData {
  const codec = createStoredCodec(secret)
  const targets: BotDataTarget[] = []
  let state: BotDataReport['store'] = store ? 'waiting' : 'off'
  let data: OpenData | undefined
  let reads = 0
  let nextLook = Number.NEGATIVE_INFINITY
  let startedAt: number | undefined

  async function read(from: BotStore): Promise<BotDataReport['store']> {
    const value = await from.get()
    if (value === null) return 'absent'
    const result = await codec.decode(value)
    if (!result.ok) return result.fault
    const opened = open(result.data)
    // An older value than the one in use is a replica that lags behind, or somebody who puts it back.
    if (data && opened.written <= data.written) return 'good'
    data = opened
    for (const target of targets) feed(target, opened)
    return 'good'
  }

  async function look(from: BotStore, own: number): Promise<void> {
    let outcome: BotDataReport['store'] = 'failed'
    try {
      reads++
      outcome = await read(from)
    } catch {
      // What is there stays.
    }
    state = outcome
    nextLook = clock() + (outcome === 'failed' ? RETRY : EVERY)
    if (startedAt === own) startedAt = undefined
  }

  return {
    refresh(keepAlive, now) {
      if (store === undefined || now < nextLook) return
      if (startedAt !== undefined && Math.abs(now - startedAt) < LOST) return
      startedAt = now
      keepAlive(look(store, now))
    },
    supply(target) {
      targets.push(target)
      if (targets.length > MAX_TARGETS) targets.shift()
      if (data) feed(target, data)
    },
    report(now) {
      const target = targets.at(-1)
      return {
        store: state,
        reads,
        ...(data ? { age: Math.max(0, Math.round(now / 1000 - data.written)) } : {}),
        ranges: target?.ranges.ages(now) ?? [],
        directories: target?.keys.ages(now) ?? [],
        failed: data?.failed ?? [],
      }
    },
  }
}
