/**
 * One policy file, read and checked against its schema.
 * @module
 */
import type { z } from 'zod'
import { KNOWN_KEYS } from './fields.ts'
import { formatPath, type Path, type PolicyFiles, type Problem, quoteText } from './problem.ts'
import { readSource, type Source } from './source.ts'
import { suggestFix } from './suggest.ts'

export interface Section<T> {
  readonly value: T
  /** A problem at a place in this file. */
  at(path: Path, message: string, fix: string, what?: 'key' | 'value'): Problem
  /** A problem with the characters `range` of the text at `path`. */
  atText(path: Path, range: readonly [start: number, end: number], message: string, fix: string): Problem
}

export type SectionResult<T> =
  | { readonly ok: true; readonly section: Section<T> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

type Issue = z.core.$ZodIssue

/** The value at `path` in plain data. */
function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], value)
}

function describe(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return quoteText(value)
  return typeof value === 'object' ? 'a map' : String(value)
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of names to values',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
}

function explainType(
  name: string,
  expected: string,
  found: unknown,
): readonly [message: string, fix: string] {
  const wanted = WORDS[expected] ?? expected
  if (found === undefined) return [`${name} is missing`, `Add it; it is ${wanted}.`]
  return [`${name} must be ${wanted}, not ${describe(found)}`, `Write ${wanted} here.`]
}

function explainBounds(name: string, issue: Issue): readonly [message: string, fix: string] | undefined {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`
  if (issue.origin === 'array') return [`${name} must have ${bound} in it`, `Write ${bound} here.`]
  if (issue.origin === 'string')
    return [
      `${name} must have ${bound} characters`,
      issue.code === 'too_small' ? 'Write more, or leave it out.' : 'Shorten it.',
    ]
  return [`${name} must be ${bound}`, `Write ${bound}.`]
}

function explain(source: Source, issue: Issue, path: Path): readonly [message: string, fix: string] {
  const name = path.length === 0 ? 'The file' : formatPath(path.slice(-1)).replace(/^\[(\d+)\]$/, 'Entry $1')
  const found = valueAt(source.value, path)
  if (issue.code === 'custom')
    return [issue.message, String(issue.params?.fix ?? 'See the shipped rules for the format.')]
  if (issue.code === 'invalid_type') return explainType(name, issue.expected, found)
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String)
    if (found === undefined) return [`${name} is missing`, `Add it: ${values.join(', ')}.`]
    return [
      `${name} cannot be ${describe(found)}`,
      typeof found === 'string' ? suggestFix(found, values) : `Write one of ${values.join(', ')}.`,
    ]
  }
  return explainBounds(name, issue) ?? explainOther(name, issue.message, found)
}

const MUST_BE = 'must be '

/** `said` is what a field says of itself, as `must be a duration, as 30s`. */
function explainOther(name: string, said: string, found: unknown): readonly [message: string, fix: string] {
  if (!said.startsWith(MUST_BE)) return [`${name}: ${said}`, 'See the shipped rules for the format.']
  const wanted = said.slice(MUST_BE.length)
  if (found === undefined) return [`${name} is missing`, `Add it: ${wanted}.`]
  return [`${name} ${said}, not ${describe(found)}`, `Write ${wanted}.`]
}

/** The branch of a union that the operator meant: the only one whose outermost type, or else whose keys, fit. */
function chosenBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fits = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  )
  if (fits.length === 1) return fits[0]
  const named = fits.filter(
    (issues) => !issues.some(({ code, path }) => code === 'unrecognized_keys' && path.length === 0),
  )
  return named.length === 1 ? named[0] : undefined
}

function* toProblems(source: Source, issue: Issue, base: Path): Generator<Problem> {
  const path = [...base, ...issue.path]
  const { file } = source
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.slice(KNOWN_KEYS.length).split(',')
    for (const key of issue.keys) {
      const place = [...path, key]
      const message = `There is no ${quoteText(key)} here`
      yield {
        file,
        ...source.locate(place, 'key'),
        path: formatPath(place),
        message,
        fix: suggestFix(key, known),
      }
    }
    return
  }
  const branch = issue.code === 'invalid_union' ? chosenBranch(issue.errors) : undefined
  if (branch) {
    for (const inner of branch) yield* toProblems(source, inner, path)
    return
  }
  const [message, fix] = explain(source, issue, path)
  yield { file, ...source.locate(path, 'value'), path: formatPath(path), message, fix }
}

/** Problems of one file that are told. Each is looked for in the document. */
const MAX_PROBLEMS = 100

function listProblems(source: Source, issues: readonly Issue[]): readonly Problem[] {
  const problems: Problem[] = []
  for (const issue of issues) {
    for (const problem of toProblems(source, issue, [])) {
      if (problems.length === MAX_PROBLEMS) {
        const message = `The file has more problems than the ${MAX_PROBLEMS} above`
        return [...problems, { ...problem, path: '', message, fix: 'Mend those first.' }]
      }
      problems.push(problem)
    }
  }
  return problems
}

/** Reads `file` by `schema`; a file that is not there is read as an empty one, so that defaults apply. */
export function readSection<T>(files: PolicyFiles, file: string, schema: z.ZodType<T>): SectionResult<T> {
  const read = readSource(file, files.get(file) ?? '')
  if (!read.ok) return read
  const { source } = read
  const result = schema.safeParse(source.value)
  if (!result.success) return { ok: false, problems: listProblems(source, result.error.issues) }
  return {
    ok: true,
    section: {
      value: result.data,
      at: (path, message, fix, what = 'value') => ({
        file,
        ...source.locate(path, what),
        path: formatPath(path),
        message,
        fix,
      }),
      atText: (path, [start, end], message, fix) => ({
        file,
        ...source.locateText(path, start, end),
        path: formatPath(path),
        message,
        fix,
      }),
    },
  }
}
