/**
 * Lists in a policy: written in place or named, one `lists/*.txt` each.
 * @module
 */

import { findKind, parseList } from './list-file.ts'
import type { EntryKind } from './list-kinds.ts'
import { type PolicyFiles, type Problem, quoteText } from './problem.ts'
import { suggestFix } from './suggest.ts'

/** An entry and where it stands, when it is wrong. */
export type Report = (message: string, fix: string) => void

export interface ListReader {
  /** Values of one entry of a policy list: a literal, or all of a `lists/*.txt`. `report` places its problems. */
  read<T>(kind: EntryKind<T>, entry: string, report: Report): readonly T[]
  /** All values of a file that is there. */
  readFile<T>(kind: EntryKind<T>, file: string): readonly T[]
  /** What a file is a list of: by its first line, its entries, or how `read` was first told to read it. */
  kindOf(file: string): EntryKind<unknown> | undefined
  /** The files, in order of their names. */
  readonly names: readonly string[]
  /** List files that nothing has read so far. */
  unused(): readonly string[]
}

function isFileName(entry: string): boolean {
  return entry.startsWith('lists/') || entry.endsWith('.txt')
}

/** Problems inside list files go to `problems`, once per file and kind, however often the file is named. */
export function createListReader(files: PolicyFiles, problems: Problem[]): ListReader {
  const names = [...files.keys()].filter((name) => /^lists\/[^/]+\.txt$/.test(name)).sort()
  const used = new Set<string>()
  const parsed = new Map<string, readonly unknown[]>()
  const kinds = new Map<string, ReturnType<typeof findKind>>()
  const firstUse = new Map<string, EntryKind<unknown>>()

  function find(file: string): ReturnType<typeof findKind> {
    const before = kinds.get(file)
    if (before) return before
    const found = findKind(file, files.get(file) ?? '')
    if (!found.ok) problems.push(found.problem)
    kinds.set(file, found)
    return found
  }

  function readFile<T>(kind: EntryKind<T>, file: string): readonly T[] {
    used.add(file)
    const key = `${kind.id} ${file}`
    const before = parsed.get(key) as readonly T[] | undefined
    const values = before ?? parseList(kind, file, files.get(file) ?? '', problems)
    parsed.set(key, values)
    return values
  }

  function read<T>(kind: EntryKind<T>, entry: string, report: Report): readonly T[] {
    if (!isFileName(entry)) {
      const result = kind.parse(entry)
      if (result.ok) return [result.value]
      report(result.message, result.fix)
      return []
    }
    if (!names.includes(entry)) {
      report(`There is no list ${quoteText(entry)}`, suggestFix(entry, names))
      return []
    }
    const found = find(entry)
    if (found.ok && found.declared && found.kind && found.kind.id !== kind.id) {
      const fix = `Name a list of ${kind.name}, or change the first line of ${entry} to # kind: ${kind.id}.`
      report(`${entry} is a list of ${found.kind.name}, not of ${kind.name}`, fix)
      used.add(entry)
      return []
    }
    if (!firstUse.has(entry)) firstUse.set(entry, kind)
    return readFile(kind, entry)
  }

  return {
    read,
    readFile,
    names,
    kindOf(file) {
      const found = find(file)
      return (found.ok ? found.kind : undefined) ?? firstUse.get(file)
    },
    unused: () => names.filter((name) => !used.has(name)),
  }
}
