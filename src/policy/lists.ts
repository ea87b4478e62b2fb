/**
 * Lists of networks, autonomous systems and countries: written in place or in `lists/*.txt`, one entry a line.
 * @module
 */
import { type Prefix, parsePrefix } from '../net/prefix.ts'
import { parseCountry } from './countries.ts'
import { type PolicyFiles, type Problem, quoteText } from './problem.ts'
import type { Position } from './source.ts'
import { suggestFix } from './suggest.ts'

export type EntryResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly fix: string }

export interface ListKind<T> {
  readonly name: string
  parse(text: string): EntryResult<T>
}

export const CIDRS: ListKind<Prefix> = {
  name: 'networks',
  parse(text) {
    const result = parsePrefix(text)
    return result.ok ? { ok: true, value: result.prefix } : result
  },
}

export const ASNS: ListKind<number> = {
  name: 'autonomous systems',
  parse(text) {
    const digits = /^(?:AS)?([1-9][0-9]{0,9})$/i.exec(text)?.[1]
    const value = Number(digits)
    if (digits !== undefined && value <= 0xffffffff) return { ok: true, value }
    const message = `${quoteText(text)} is not an autonomous system number`
    return { ok: false, message, fix: 'Write it as AS64500 or 64500, at most 4294967295.' }
  },
}

export const COUNTRIES: ListKind<string> = { name: 'countries', parse: parseCountry }

/** An entry and where it stands, when it is wrong. */
export type Report = (message: string, fix: string) => void

export interface ListReader {
  /** Values of one entry of a policy list: a literal, or all of a `lists/*.txt`. `report` places its problems. */
  read<T>(kind: ListKind<T>, entry: string, report: Report): readonly T[]
  /** List files that no entry has named so far. */
  unused(): readonly string[]
}

/** After this many a list is not one with mistakes but another kind of file. */
const MAX_PROBLEMS = 20
const MAX_LINES = 2_000_000

function isFileName(entry: string): boolean {
  return entry.startsWith('lists/') || entry.endsWith('.txt')
}

/** The entry of a line, without comment and blanks, and the column it starts at. */
function readLine(line: string): { text: string; column: number } {
  const hash = line.indexOf('#')
  const content = hash < 0 ? line : line.slice(0, hash)
  return { text: content.trim(), column: content.length - content.trimStart().length + 1 }
}

function parseList<T>(kind: ListKind<T>, file: string, content: string, problems: Problem[]): readonly T[] {
  const values: T[] = []
  let wrong = 0
  const report = (position: Position, message: string, fix: string): void => {
    wrong++
    if (wrong <= MAX_PROBLEMS) problems.push({ file, ...position, path: '', message, fix })
  }
  const lines = content.replace(/^\ufeff/, '').split('\n')
  if (lines.length > MAX_LINES)
    report({ line: MAX_LINES, column: 1 }, 'The list has too many lines', `Keep it below ${MAX_LINES}.`)
  for (const [i, line] of lines.slice(0, MAX_LINES).entries()) {
    const { text, column } = readLine(line)
    if (text === '') continue
    const result = kind.parse(text)
    if (result.ok) values.push(result.value)
    else report({ line: i + 1, column }, result.message, result.fix)
  }
  if (wrong > MAX_PROBLEMS) {
    const fix = `A list of ${kind.name} has one entry a line; # starts a comment.`
    problems.push({
      file,
      line: 1,
      column: 1,
      path: '',
      message: `${wrong - MAX_PROBLEMS} more entries are wrong`,
      fix,
    })
  }
  return values
}

/** Problems inside list files go to `problems`, once per file and kind, however often the file is named. */
export function createListReader(files: PolicyFiles, problems: Problem[]): ListReader {
  const names = [...files.keys()].filter((name) => name.startsWith('lists/'))
  const used = new Set<string>()
  const parsed = new Map<string, readonly unknown[]>()
  return {
    read<T>(kind: ListKind<T>, entry: string, report: Report): readonly T[] {
      if (!isFileName(entry)) {
        const result = kind.parse(entry)
        if (result.ok) return [result.value]
        report(result.message, result.fix)
        return []
      }
      const content = names.includes(entry) ? files.get(entry) : undefined
      if (content === undefined) {
        report(`There is no list ${quoteText(entry)}`, suggestFix(entry, names))
        return []
      }
      used.add(entry)
      const key = `${kind.name} ${entry}`
      const values =
        (parsed.get(key) as readonly T[] | undefined) ?? parseList(kind, entry, content, problems)
      parsed.set(key, values)
      return values
    },
    unused: () => names.filter((name) => !used.has(name)),
  }
}
