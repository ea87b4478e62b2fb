/**
 * Keeps the lists and key directories of agents current: run by the cron, behind everything.
 *
 * Nothing that fails removes anything: what was good stays, and its age says how long ago that was.
 * @module
 */
import type { BotsModel, RangeSourceModel } from '../../bundle/bots-model.ts'
import type { BotStore } from './bot-store.ts'
import { askDirectory, countFetches, type FetchPorts, fetchSource, runOldest } from './fetch-all.ts'
import { createStoredCodec, MAX_BOT_DATA_BYTES, type StoredData, type StoredFault } from './stored-data.ts'
import { isStoredIndex, type StoredDirectory, type StoredEntry, type StoredSource } from './stored-index.ts'

/** What of a policy says what to fetch. */
export interface CronModel {
  readonly ranges: BotsModel['ranges']
  readonly verification: {
    readonly web_bot_auth: Pick<BotsModel['verification']['web_bot_auth'], 'hosts'>
  }
}

export interface CronPorts extends FetchPorts {
  readonly store: BotStore
  /** At least 16 bytes that nobody but the edge has. */
  readonly secret: Uint8Array
  /** Takes one line for the log. */
  readonly write: (line: string) => void
}

export interface CronReport {
  /** What was in the store before; `failed`: it does not answer, and nothing was done. */
  readonly found: 'good' | 'absent' | StoredFault | 'failed'
  readonly written: boolean
  /** Of sources and directories, with what went wrong this time. */
  readonly sources: readonly StoredEntry[]
  readonly directories: readonly StoredEntry[]
}

const NOTHING: StoredData = {
  index: { version: 1, written: 0, sources: [], directories: [] },
  sets: new Map(),
}

interface Before {
  readonly found: CronReport['found']
  readonly data: StoredData
}

async function readBefore({ store, secret }: CronPorts): Promise<Before> {
  let value: ArrayBuffer | null
  try {
    value = await store.get()
  } catch {
    return { found: 'failed', data: NOTHING }
  }
  if (value === null) return { found: 'absent', data: NOTHING }
  const result = await createStoredCodec(secret).decode(value)
  return result.ok ? { found: 'good', data: result.data } : { found: result.fault, data: NOTHING }
}

/** A list without its set is no list. */
function sourceBefore({ id, url }: RangeSourceModel, { index, sets }: StoredData): StoredSource {
  const known = index.sources.find((entry) => entry.id === id && entry.url === url)
  return known && (known.fetched === 0 || sets.has(id))
    ? known
    : { id, url, fetched: 0, checked: 0, count: 0 }
}

function directoryBefore(host: string, { index }: StoredData): StoredDirectory {
  const none = { id: host, fetched: 0, checked: 0, count: 0, keys: [] }
  return index.directories.find(({ id }) => id === host) ?? none
}

async function fetchAll(model: CronModel, before: StoredData, ports: CronPorts): Promise<StoredData> {
  const { hosts } = model.verification.web_bot_auth
  const sources = model.ranges.map((source) => sourceBefore(source, before))
  const directories = [...new Set(hosts)].map((host) => directoryBefore(host, before))
  const sets = new Map<string, ArrayBuffer>()
  const { fetch, canStart } = countFetches(ports.fetch)
  const bounded = { ...ports, fetch }
  for (const { id, fetched } of sources) {
    const set = before.sets.get(id)
    if (set && fetched > 0) sets.set(id, set)
  }
  const tasks = [
    ...model.ranges.map((source, i) => {
      const entry = sourceBefore(source, before)
      const run = async (): Promise<void> => {
        const fetched = await fetchSource(source, entry, bounded)
        sources[i] = fetched.entry
        if (fetched.set) sets.set(source.id, fetched.set)
      }
      return { checked: entry.checked, run }
    }),
    ...directories.map((entry, i) => ({
      checked: entry.checked,
      async run() {
        directories[i] = await askDirectory(entry, bounded)
      },
    })),
  ]
  await runOldest(tasks, canStart)
  const written = Math.floor(ports.now() / 1000)
  return { index: { version: 1, written, sources, directories }, sets }
}

async function writeAfter(data: StoredData, { store, secret }: CronPorts): Promise<boolean> {
  // What could not be read again must not take the place of what can.
  if (!isStoredIndex(data.index)) return false
  try {
    const value = await createStoredCodec(secret).encode(data)
    if (value.byteLength > MAX_BOT_DATA_BYTES) return false
    await store.put(value)
    return true
  } catch {
    return false
  }
}

function withoutContent({ id, fetched, checked, count, why }: StoredEntry): StoredEntry {
  return { id, fetched, checked, count, ...(why === undefined ? {} : { why }) }
}

function describe({ found, written, sources, directories }: CronReport): string {
  const entries = [...sources, ...directories]
  const failed = entries.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }]))
  return JSON.stringify({
    kind: 'bots-data',
    event: 'fetched',
    found,
    written,
    lists: entries.length,
    failed,
  })
}

/** Never rejects. Writes one line to the log. */
export async function runBotCron(ports: CronPorts, model: CronModel): Promise<CronReport> {
  const before = await readBefore(ports)
  const { found } = before
  let report: CronReport = { found, written: false, sources: [], directories: [] }
  // What cannot be read could be good: it is not written over.
  if (found !== 'failed') {
    const after = await fetchAll(model, before.data, ports)
    const { sources, directories } = after.index
    const written = await writeAfter(after, ports)
    report = {
      found,
      written,
      sources: sources.map(withoutContent),
      directories: directories.map(withoutContent),
    }
  }
  ports.write(describe(report))
  return report
}
