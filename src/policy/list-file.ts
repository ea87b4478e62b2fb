/**
 * One `lists/*.txt`: one entry a line, `#` starts a comment, and `# kind: ip` as first line says of what.
 * @module
 */
import { ENTRY_KINDS, type EntryKind } from './list-kinds.ts'
import { type Problem, quoteText } from './problem.ts'
import { suggestFix } from './suggest.ts'

/** After this many a list is not one with mistakes but another kind of file. */
const MAX_PROBLEMS = 20
const MAX_LINES = 2_000_000
/** Entries that are looked at to find out what a list without a `# kind:` line holds. */
const SAMPLE = 100

export interface ListEntry {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** The entries of a list, without comments and blank lines. A list of a million is never held as lines. */
export function* entriesOf(content: string): Generator<ListEntry> {
  let start = content.charCodeAt(0) === 0xfeff ? 1 : 0
  for (let line = 1; start <= content.length && line <= MAX_LINES; line++) {
    const newline = content.indexOf('\n', start)
    const end = newline < 0 ? content.length : newline
    const written = content.slice(start, end)
    const hash = written.indexOf('#')
    const entry = hash < 0 ? written : written.slice(0, hash)
    const text = entry.trim()
    if (text !== '') yield { text, line, column: entry.length - entry.trimStart().length + 1 }
    start = end + 1
  }
}

function isTooLong(content: string): boolean {
  let lines = 1
  for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) lines++
  return lines > MAX_LINES && content.trimEnd().split('\n', MAX_LINES + 1).length > MAX_LINES
}

/** Reads all entries as one kind; of what is wrong the first twenty go to `problems`, the rest is counted. */
export function parseList<T>(
  kind: EntryKind<T>,
  file: string,
  content: string,
  problems: Problem[],
): readonly T[] {
  const values: T[] = []
  let wrong = 0
  const report = (line: number, column: number, message: string, fix: string): void => {
    wrong++
    if (wrong <= MAX_PROBLEMS) problems.push({ file, line, column, path: '', message, fix })
  }
  if (isTooLong(content)) report(MAX_LINES, 1, 'The list has too many lines', `Keep it below ${MAX_LINES}.`)
  for (const { text, line, column } of entriesOf(content)) {
    const result = kind.parse(text)
    if (result.ok) values.push(result.value)
    else report(line, column, result.message, result.fix)
  }
  if (wrong > MAX_PROBLEMS) {
    const fix = `A list of ${kind.name} has one entry a line; # starts a comment.`
    const message = `${wrong - MAX_PROBLEMS} more entries are wrong`
    problems.push({ file, line: 1, column: 1, path: '', message, fix })
  }
  return values
}

export type KindResult =
  /** `declared`: by a `# kind:` line, not by its entries. `kind` is absent when the list says nothing of it. */
  | { readonly ok: true; readonly kind?: EntryKind<unknown>; readonly declared: boolean }
  | { readonly ok: false; readonly problem: Problem }

/** The kind that takes all of a sample of entries, else the one that takes most of them. */
function kindOfEntries(content: string): EntryKind<unknown> | undefined {
  const sample: string[] = []
  for (const { text } of entriesOf(content)) {
    sample.push(text)
    if (sample.length === SAMPLE) break
  }
  let best: EntryKind<unknown> | undefined
  let most = 0
  for (const kind of ENTRY_KINDS) {
    const taken = sample.filter((text) => kind.parse(text).ok).length
    if (taken > most) {
      best = kind
      most = taken
    }
  }
  return best
}

/** What a list is a list of. */
export function findKind(file: string, content: string): KindResult {
  const end = content.indexOf('\n')
  const first = content.slice(0, end < 0 ? content.length : end)
  const written = /^\ufeff?#\s{0,8}kind:\s{0,8}(\S{0,80})\s*$/.exec(first.slice(0, 200))?.[1]
  if (written === undefined) {
    const kind = kindOfEntries(content)
    return { ok: true, declared: false, ...(kind ? { kind } : {}) }
  }
  const kind = ENTRY_KINDS.find(({ id }) => id === written)
  if (kind) return { ok: true, kind, declared: true }
  const ids = ENTRY_KINDS.map(({ id }) => id)
  const column = first.indexOf(written, first.indexOf(':')) + 1
  const message = `${quoteText(written)} is not a kind of list`
  return { ok: false, problem: { file, line: 1, column, path: '', message, fix: suggestFix(written, ids) } }
}
