/**
 * One YAML file with the position of everything in it.
 * @module
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml'
import { alignScalar, type ScalarStyle } from './align-scalar.ts'
import type { Path, Problem } from './problem.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Stretch extends Position {
  /** Characters up to the end of the stretch or of its line, whichever comes first; at least 1. */
  readonly length: number
}

export interface Source {
  readonly file: string
  /** The content as plain data; an empty file is an empty object. */
  readonly value: unknown
  /** Position of the value at `path`, or of its key; of the nearest thing around it when it is not there. */
  locate(path: Path, what: 'key' | 'value'): Position
  /** Position of the characters `start` to `end` of the text at `path`, in whatever style it is written. */
  locateText(path: Path, start: number, end: number): Stretch
}

/** More than any policy has; YAML takes memory many times its size. */
const MAX_CHARACTERS = 1024 * 1024
/** Aliases that expand to more nodes than this are refused: ten lines can ask for billions. */
const MAX_ALIASES = 10_000

/** The node below `node` at one step, and the node of its key. */
function step(document: Document, node: unknown, key: PropertyKey): { key?: unknown; value?: unknown } {
  const target = isAlias(node) ? node.resolve(document) : node
  if (isSeq(target)) return { value: target.items[Number(key)] }
  if (!isMap(target)) return {}
  const pair = target.items.find(
    (item) => (isScalar(item.key) ? String(item.key.value) : undefined) === String(key),
  )
  return pair ? { key: pair.key, value: pair.value } : {}
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0]
}

/** The node at `path`, aliases followed. */
function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents
  for (const key of path) node = step(document, node, key).value
  return isAlias(node) ? node.resolve(document) : node
}

/** Offsets in the file of two places in the text at `path`; of the text's start where that cannot be told. */
function locateInText(
  document: Document,
  text: string,
  path: Path,
  range: readonly [start: number, end: number],
): readonly [start: number, end: number] {
  const node = nodeAt(document, path)
  const fallback = locateOffset(document, path, 'value')
  if (!isScalar(node) || !node.range || typeof node.value !== 'string') return [fallback, fallback]
  const [from, to] = node.range
  const places = alignScalar(text.slice(from, to), node.value, (node.type ?? 'PLAIN') as ScalarStyle)
  if (!places) return [fallback, fallback]
  const at = (index: number): number => from + (places[Math.min(index, places.length - 1)] ?? 0)
  return [at(range[0]), range[1] > range[0] ? at(range[1] - 1) + 1 : at(range[0])]
}

function locateOffset(document: Document, path: Path, what: 'key' | 'value'): number {
  let node: unknown = document.contents
  let found = offsetOf(node) ?? 0
  for (const [i, key] of path.entries()) {
    const next = step(document, node, key)
    const wantsKey = what === 'key' && i === path.length - 1
    const offset = (wantsKey ? offsetOf(next.key) : undefined) ?? offsetOf(next.value) ?? offsetOf(next.key)
    if (offset === undefined) break
    found = offset
    node = next.value
  }
  return found
}

export type SourceResult =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const REPEATED_KEY = 'Map keys must be unique'
const FIX_SYNTAX =
  'Check indentation, quotes and brackets at this place; see the shipped rules for the format.'

/** Mistakes that an expression makes of itself when it stands behind its key without quotes. */
const QUOTING: readonly { readonly message: RegExp; readonly fix: string }[] = [
  {
    // Not !name/of/a/type, which somebody means.
    message: /^Unresolved tag: !(?![\w.]*\/)/,
    fix: 'A text that begins with ! needs quotes, or write | and the text on a line of its own; in an expression not does the same.',
  },
  {
    message: /^Nested mappings are not allowed in compact mappings/,
    fix: 'A text with a colon and a blank in it needs quotes, or write | and the text on a line of its own.',
  },
  {
    // [http.request.headers["x-key"]]: brackets and quotes mean something to YAML.
    message: /^Missing , or : between flow sequence items/,
    fix: `Put a comma between entries, and an entry with brackets or quotes in it in quotes: ['http.request.headers["x-key"]'].`,
  },
]

function fixOf(message: string): string {
  return QUOTING.find((known) => known.message.test(message))?.fix ?? FIX_SYNTAX
}

function toProblem(file: string, position: Position, message: string, fix: string): Problem {
  return { file, line: position.line, column: position.column, path: '', message, fix }
}

/** Offsets to lines and columns. The parser's own line counter misses lines inside some broken scalars. */
function createLocator(text: string): (offset: number) => Position {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return (offset) => {
    const index = starts.findLastIndex((start) => start <= offset)
    return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 }
  }
}

/** Offsets of keys that their map has already. The parser would compare each key with all others. */
function findRepeatedKeys(document: Document): number[] {
  const repeated: number[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined
        if (name === undefined) continue
        if (seen.has(name)) repeated.push(offsetOf(key) ?? 0)
        seen.add(name)
      }
    },
  })
  return repeated
}

/** The parser's complaints, at most twenty: one missing quote can cause hundreds. */
function describeFaults(file: string, document: Document, at: (offset: number) => Position): Problem[] {
  const second = document.errors.find(({ code }) => code === 'MULTIPLE_DOCS')
  if (second) {
    const fix = 'Remove the line --- or split the file.'
    return [toProblem(file, at(second.pos[0]), 'The file holds more than one YAML document', fix)]
  }
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    at: pos[0],
    message,
  }))
  const repeated = findRepeatedKeys(document).map((offset) => ({ at: offset, message: REPEATED_KEY }))
  return [...faults, ...repeated]
    .sort((a, b) => a.at - b.at)
    .slice(0, 20)
    .map((fault) => toProblem(file, at(fault.at), fault.message, fixOf(fault.message)))
}

/** Reads a YAML 1.2 file. Syntax errors, duplicate keys and alias bombs are problems, never exceptions. */
export function readSource(file: string, text: string): SourceResult {
  const start = { line: 1, column: 1 }
  if (text.length > MAX_CHARACTERS) {
    const fix = 'Move lists of addresses to lists/*.txt, and split routes and tests into several files.'
    return {
      ok: false,
      problems: [toProblem(file, start, `The file has more than ${MAX_CHARACTERS} characters`, fix)],
    }
  }
  const at = createLocator(text)
  try {
    const document = parseDocument(text, { prettyErrors: false, stringKeys: true, uniqueKeys: false })
    const faults = describeFaults(file, document, at)
    if (faults.length > 0) return { ok: false, problems: faults }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
    const locate: Source['locate'] = (path, what) => at(locateOffset(document, path, what))
    const locateText: Source['locateText'] = (path, from, to) => {
      const [start, end] = locateInText(document, text, path, [from, to])
      const lineEnd = text.indexOf('\n', start)
      const stop = Math.min(end, lineEnd < 0 ? text.length : lineEnd)
      return { ...at(start), length: Math.max(1, stop - start) }
    }
    return { ok: true, source: { file, value, locate, locateText } }
  } catch (error) {
    // Undefined or too many aliases, or nesting deeper than the parser's stack.
    const message = error instanceof Error ? error.message : 'The file cannot be read as data'
    const fix = 'Write the content out instead of using & and *, and nest less deeply.'
    return { ok: false, problems: [toProblem(file, start, message, fix)] }
  }
}
