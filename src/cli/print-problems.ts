/**
 * Shows policy problems in a terminal: where, what, the line itself with a mark, and what to write instead.
 * @module
 */
import type { PolicyFiles, Problem } from '../policy/problem.ts'

export interface PrintOptions {
  /** Put before file names, so that terminals can open them: `rules/`. */
  readonly folder?: string
  /** `error` or `warning`. */
  readonly label?: string
  /** Problems shown in full; the others are counted. */
  readonly limit?: number
}

const WINDOW = 100

/** User names and passwords in URLs, which must not end up in the log of a build. */
function hideSecrets(text: string): string {
  return text.replace(/(?<=:\/\/)[^/@\s"']{1,1000}(?=@)/g, (secret) => '*'.repeat(secret.length))
}

/** Text that cannot move the cursor or colour the terminal; tabs become single blanks to keep the mark in place. */
function plain(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, '?')
}

/** The part of a line around a column, and a mark below that column and what follows it. */
function excerpt(line: string, column: number, length: number): readonly [text: string, mark: string] {
  const from = Math.max(0, Math.min(column - 1 - WINDOW / 2, line.length - WINDOW))
  const before = from > 0 ? '…' : ''
  const after = line.length > from + WINDOW ? '…' : ''
  const text = before + plain(line.slice(from, from + WINDOW)) + after
  const start = Math.max(0, column - 1 - from)
  const carets = '^'.repeat(Math.max(1, Math.min(length, line.length - column + 1, WINDOW - start)))
  return [text, ' '.repeat(before.length + start) + carets]
}

/** The line with that number, without looking at more of a large file than there is before it. */
function lineAt(text: string, number: number): string | undefined {
  let start = 0
  for (let i = 1; i < number; i++) {
    start = text.indexOf('\n', start) + 1
    if (start === 0) return undefined
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '')
}

function printOne(
  problem: Problem,
  files: PolicyFiles,
  { folder = '', label = 'error' }: PrintOptions,
): string {
  const { file, line, column, length = 1, path, message, fix } = problem
  const head = `${plain(folder + file)}:${line}:${column}: ${label}: ${plain(message)}${path === '' ? '' : ` (${plain(path)})`}`
  const source = lineAt(files.get(file) ?? '', line)
  if (source === undefined || source === '') return `${head}\n  fix: ${plain(fix)}\n`
  const [text, mark] = excerpt(hideSecrets(source), column, length)
  const gutter = String(line)
  const blank = ' '.repeat(gutter.length)
  return `${head}\n  ${gutter} | ${text}\n  ${blank} | ${mark}\n  fix: ${plain(fix)}\n`
}

/** Text for the terminal; ends with a line break unless there is nothing to show. */
export function printProblems(
  problems: readonly Problem[],
  files: PolicyFiles,
  options: PrintOptions = {},
): string {
  const limit = options.limit ?? 50
  const shown = problems.slice(0, limit).map((problem) => printOne(problem, files, options))
  const rest = problems.length - shown.length
  return shown.join('\n') + (rest > 0 ? `\nand ${rest} more\n` : '')
}
