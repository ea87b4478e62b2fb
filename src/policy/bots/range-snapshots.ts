/**
 * The snapshots of published address ranges in a policy: `bots/ranges/<id>.txt`, one prefix a line.
 * @module
 */
import type { RangeSourceModel } from '../../bundle/bots-model.ts'
import { checkPublished } from '../../net/check-published.ts'
import { buildPrefixSet } from '../../net/prefix-set.ts'
import { parseList } from '../list-file.ts'
import { CIDRS } from '../list-kinds.ts'
import { type PolicyFiles, type Problem, quoteText } from '../problem.ts'
import { suggestFix } from '../suggest.ts'
import { RANGE_SOURCES } from './range-sources.ts'

export const RANGES_FOLDER = 'bots/ranges/'

/** Seconds after which a snapshot gets a warning. */
export const OLD_SNAPSHOT: number = 90 * 86_400
/** Lines at the top in which the date is looked for. */
const HEADER = 2000

const FIX_FETCH = 'Run `sallyport bots fetch`, which writes these files.'

export interface CompiledRanges {
  readonly sources: readonly RangeSourceModel[]
  /** By the name of their bundle part. */
  readonly sets: ReadonlyMap<string, ArrayBuffer>
}

/** Seconds since the epoch of `# fetched: 2026-08-20`, a day or a time in UTC; `undefined` when it is not there. */
export function fetchedOf(content: string): number | undefined {
  const written = /^#\s{0,4}fetched:\s{0,4}(\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?)\s*$/m.exec(
    content.slice(0, HEADER),
  )?.[1]
  const time = written === undefined ? Number.NaN : Date.parse(written)
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}

function checkNames(files: PolicyFiles, problems: Problem[]): void {
  const ids = RANGE_SOURCES.map(({ id }) => id)
  for (const file of files.keys()) {
    if (!file.startsWith(RANGES_FOLDER)) continue
    const id = file.slice(RANGES_FOLDER.length).replace(/\.txt$/, '')
    if (ids.includes(id)) continue
    const message = `There is no source of address ranges ${quoteText(id)}`
    problems.push({ file, line: 1, column: 1, path: '', message, fix: suggestFix(id, ids) })
  }
}

type Snapshot = NonNullable<RangeSourceModel['snapshot']>

/** Days since `fetched`, when that is worth a word. */
function warnOfAge(file: string, fetched: number, now: number, warnings: Problem[]): void {
  if (now - fetched <= OLD_SNAPSHOT) return
  const days = Math.floor((now - fetched) / 86_400)
  const message = `The snapshot is ${days} days old: it still lets addresses in, but proves nothing against others`
  warnings.push({ file, line: 1, column: 1, path: '', message, fix: 'Run `sallyport bots fetch`.' })
}

function compileOne(
  file: string,
  content: string,
  part: string,
  problems: Problem[],
): { readonly snapshot: Snapshot; readonly set: ArrayBuffer } | undefined {
  const found: Problem[] = []
  const prefixes = parseList(CIDRS, file, content, found)
  const fetched = fetchedOf(content)
  const place = { file, line: 1, column: 1, path: '' }
  if (fetched === undefined) {
    const fix =
      'Begin the file with a line `# fetched: 2026-08-20`, the day on which the list was published so.'
    found.push({ ...place, message: 'The file does not say when its list was fetched', fix })
  }
  const checked = found.length > 0 ? undefined : checkPublished(prefixes, undefined)
  if (checked?.ok === false) found.push({ ...place, message: checked.message, fix: FIX_FETCH })
  problems.push(...found)
  if (fetched === undefined || found.length > 0) return undefined
  const set = buildPrefixSet(prefixes.map((prefix) => ({ prefix, value: 1 })))
  return { snapshot: { part, count: prefixes.length, fetched }, set }
}

/**
 * All sources, with the snapshots that the policy has of them.
 * @param now Seconds since the epoch, for the warning of old ones.
 */
export function compileRangeSnapshots(
  files: PolicyFiles,
  problems: Problem[],
  warnings: Problem[],
  now: number = Date.now() / 1000,
): CompiledRanges {
  checkNames(files, problems)
  const sets = new Map<string, ArrayBuffer>()
  const sources = RANGE_SOURCES.map((source): RangeSourceModel => {
    const file = `${RANGES_FOLDER}${source.id}.txt`
    const content = files.get(file)
    if (content === undefined) return source
    const part = `${RANGES_FOLDER}${source.id}`
    const compiled = compileOne(file, content, part, problems)
    if (compiled === undefined) return source
    warnOfAge(file, compiled.snapshot.fetched, now, warnings)
    sets.set(part, compiled.set)
    return { ...source, snapshot: compiled.snapshot }
  })
  return { sources, sets }
}
