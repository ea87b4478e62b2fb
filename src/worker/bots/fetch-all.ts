/**
 * Asks for all lists and directories that a policy names, each by itself: what fails stays as it was.
 * @module
 */
import type { RangeSourceModel } from '../../bundle/bots-model.ts'
import type { Fetch } from '../../ingress/bots/bounded-fetch.ts'
import { fetchRanges } from '../../ingress/bots/ranges/fetch-ranges.ts'
import { fetchDirectory } from '../../ingress/bots/web-bot-auth/fetch-directory.ts'
import { buildPrefixSet } from '../../net/prefix-set.ts'
import type { StoredDirectory, StoredSource } from './stored-index.ts'

export interface FetchPorts {
  readonly fetch: Fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** `set` is there when the list is another than before. */
export interface FetchedSource {
  readonly entry: StoredSource
  readonly set?: ArrayBuffer
}

/**
 * Fetches in one run after which nothing new begins: Cloudflare's free plan has 50 for a run, and without one left for
 * the store all would have been for nothing, this time and the next. What is under way then may be redirected.
 */
const MAX_FETCHES = 40
/** What is under way at the end has no more than that, with the store's two. */
const LAST_FETCHES = 47
/** At a time: a Worker may wait for the headers of six. */
const AT_ONCE = 6

/** A reason that the index takes, whatever it is made of. */
function reason(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 200) || 'unknown'
}

function seconds({ now }: FetchPorts): number {
  return Math.floor(now() / 1000)
}

/** The newest good list of a source: what was fetched, or the snapshot in the policy. */
function lastCount({ snapshot }: RangeSourceModel, { count, fetched }: StoredSource): number | undefined {
  if (snapshot && (fetched === 0 || snapshot.fetched > fetched)) return snapshot.count
  return fetched === 0 ? undefined : count
}

/** @param before The entry of the source, also when it has never been fetched. */
export async function fetchSource(
  source: RangeSourceModel,
  before: StoredSource,
  ports: FetchPorts,
): Promise<FetchedSource> {
  const { etag } = before
  const count = lastCount(source, before)
  const fetched = await fetchRanges(ports.fetch, source, {
    ...(count === undefined ? {} : { count }),
    ...(etag === undefined ? {} : { etag }),
  })
  const checked = seconds(ports)
  const { why: _, ...good } = before
  if (fetched.kind === 'same') return { entry: { ...good, fetched: checked, checked } }
  if (fetched.kind === 'failed') return { entry: { ...before, checked, why: reason(fetched.why) } }
  const { prefixes } = fetched
  const { id, url } = source
  const tag = fetched.etag === undefined ? {} : { etag: fetched.etag }
  const set = buildPrefixSet(prefixes.map((prefix) => ({ prefix, value: 1 })))
  return { entry: { id, url, fetched: checked, checked, count: prefixes.length, ...tag }, set }
}

export async function askDirectory(before: StoredDirectory, ports: FetchPorts): Promise<StoredDirectory> {
  const result = await fetchDirectory(before.id, ports)
  const checked = seconds(ports)
  if (!result.ok) return { ...before, checked, why: reason(result.why) }
  return { id: before.id, fetched: checked, checked, count: result.keys.length, keys: result.keys }
}

/** Counts what is fetched, and fetches no more than a run has. */
export function countFetches(fetch: Fetch): { readonly fetch: Fetch; readonly canStart: () => boolean } {
  let count = 0
  return {
    fetch: (url, init) =>
      count++ < LAST_FETCHES ? fetch(url, init) : Promise.reject(new Error('too many fetches in one run')),
    canStart: () => count < MAX_FETCHES,
  }
}

interface Task {
  readonly checked: number
  readonly run: () => Promise<void>
}

/**
 * Runs those first that have waited longest, as many as one run may.
 * @param canStart Whether another one may still begin; those that do not wait for the next run.
 */
export async function runOldest(tasks: readonly Task[], canStart: () => boolean): Promise<void> {
  const waiting = tasks.toSorted((a, b) => a.checked - b.checked)
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined && canStart(); task = waiting.shift())
      await task.run()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}
