/**
 * `sallyport bots fetch`: writes the snapshots of published address ranges in the policy folder.
 * @module
 */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import type { Fetch } from '../../ingress/bots/bounded-fetch.ts'
import { type FetchedRanges, fetchRanges } from '../../ingress/bots/ranges/fetch-ranges.ts'
import { formatPrefix } from '../../net/prefix.ts'
import { fetchedOf, RANGES_FOLDER } from '../../policy/bots/range-snapshots.ts'
import { RANGE_SOURCES, type RangeSource } from '../../policy/bots/range-sources.ts'
import { entriesOf } from '../../policy/list-file.ts'
import { suggestFix } from '../../policy/suggest.ts'
import { DONE, exitForUsage, PROBLEM, USAGE } from '../exit-codes.ts'

export interface FetchRangesOptions {
  /** The policy folder. */
  readonly folder: string
  /** Ids of the lists to fetch; all when there are none. */
  readonly only: readonly string[]
  /** Ids of lists whose length may change as it will. */
  readonly accept: readonly string[]
}

export interface FetchRangesPorts {
  readonly fetch: Fetch
  readonly now: Date
  readonly write: (line: string) => void
}

interface Snapshot {
  readonly prefixes: ReadonlySet<string>
  /** Its day, as it is written there. */
  readonly day: string
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    const content = await readFile(path, 'utf8')
    const prefixes = new Set([...entriesOf(content)].map(({ text }) => text))
    const fetched = fetchedOf(content)
    return { prefixes, day: fetched === undefined ? 'an unknown day' : dayOf(new Date(fetched * 1000)) }
  } catch {
    return undefined
  }
}

function render({ id, url }: RangeSource, prefixes: readonly string[], now: Date): string {
  return [
    `# Addresses of ${id}, as its operator publishes them. Written by \`sallyport bots fetch\`: edits are lost.`,
    `# source: ${url}`,
    `# fetched: ${dayOf(now)}`,
    ...prefixes,
    '',
  ].join('\n')
}

/** A file is whole or not there, also when the command is stopped. */
async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}

function describeChange(prefixes: readonly string[], last: Snapshot | undefined): string {
  if (last === undefined) return `${prefixes.length} prefixes, new`
  const present = new Set(prefixes)
  const added = prefixes.filter((text) => !last.prefixes.has(text)).length
  const removed = [...last.prefixes].filter((text) => !present.has(text)).length
  const change = added + removed === 0 ? 'unchanged' : `${added} more, ${removed} fewer`
  return `${prefixes.length} prefixes, ${change} since ${last.day}`
}

function describeFailure(
  { id }: RangeSource,
  { why, message }: Extract<FetchedRanges, { kind: 'failed' }>,
  last: Snapshot | undefined,
): string {
  const kept = last ? `; ${last.prefixes.size} prefixes of ${last.day} stay` : '; there is none'
  const fix = why === 'grew' || why === 'shrank' ? ` If that is right, add --accept ${id}.` : ''
  return `not taken: ${message}${kept}.${fix}`
}

/** Not one operator out of all: it is not they. */
const NO_WAY_OUT =
  'Does this machine reach the Internet? Behind a proxy, say so: NODE_USE_ENV_PROXY=1 HTTPS_PROXY=http://proxy.example:3128'

async function refreshOne(
  source: RangeSource,
  { folder, accept }: FetchRangesOptions,
  { fetch, now }: FetchRangesPorts,
): Promise<{ readonly isTaken: boolean; readonly text: string }> {
  const path = join(folder, `${RANGES_FOLDER}${source.id}.txt`)
  const last = await readSnapshot(path)
  const count = last && last.prefixes.size > 0 ? { count: last.prefixes.size } : {}
  const fetched = await fetchRanges(fetch, source, { ...count, accept: accept.includes(source.id) })
  if (fetched.kind === 'failed') return { isTaken: false, text: describeFailure(source, fetched, last) }
  // Without an entity tag nobody answers that the list is the same.
  if (fetched.kind === 'same') return { isTaken: true, text: 'unchanged' }
  const prefixes = [...new Set(fetched.prefixes.map(formatPrefix))].sort()
  try {
    await replaceFile(path, render(source, prefixes, now))
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    return { isTaken: false, text: `${path} cannot be written: ${why}` }
  }
  return { isTaken: true, text: describeChange(prefixes, last) }
}

/** A folder that is mistyped must not come into being. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/** @returns the exit code. */
export async function executeFetchRanges(
  options: FetchRangesOptions,
  ports: FetchRangesPorts,
): Promise<number> {
  const ids = RANGE_SOURCES.map(({ id }) => id)
  const unknown = [...options.only, ...options.accept].find((id) => !ids.includes(id))
  if (unknown !== undefined) {
    ports.write(`There is no list ${JSON.stringify(unknown)}. ${suggestFix(unknown, ids)}`)
    return USAGE
  }
  if (!(await isFolder(options.folder))) {
    ports.write(
      `There is no policy folder ${options.folder}. Name the one that holds routes/, as --policy rules.`,
    )
    return PROBLEM
  }
  const wanted = RANGE_SOURCES.filter(({ id }) => options.only.length === 0 || options.only.includes(id))
  let failed = 0
  for (const source of wanted) {
    const { isTaken, text } = await refreshOne(source, options, ports)
    if (!isTaken) failed++
    ports.write(`${source.id}: ${text}`)
  }
  if (failed > 0) ports.write(`${failed} of ${wanted.length} lists could not be taken.`)
  if (failed === wanted.length && failed > 1) ports.write(NO_WAY_OUT)
  return failed > 0 ? PROBLEM : DONE
}

const MORE = `
The Worker fetches the same lists by itself once it is deployed; the snapshots are what it has until then, and when
the lists cannot be reached. A list that is empty, has addresses of nobody, is too wide, or is ten times as long or as
short as the last one is not taken.

Lists: ${RANGE_SOURCES.map(({ id }) => id).join(', ')}

Exit codes:
  0  all lists were fetched
  1  some could not be taken; their snapshots are as they were
  2  wrong usage`

/** Adds \`fetch\` to the command \`bots\`. */
export function addBotsFetch(bots: Command): void {
  bots
    .command('fetch')
    .description('fetch the address ranges that operators of crawlers publish into bots/ranges/')
    .argument('[lists...]', 'only these, by id')
    .option('--policy <folder>', 'where they are written to', 'rules')
    .option('--accept <ids...>', 'lists that may be ten times as long or as short as before')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (only: string[], flags: { policy: string; accept?: string[] }) => {
      process.exitCode = await executeFetchRanges(
        { folder: flags.policy, only, accept: flags.accept ?? [] },
        { fetch, now: new Date(), write: (line) => console.log(line) },
      )
    })
}
