/**
 * One YAML file with the position of everything in it.
 * @module
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import type { Path, Problem } from './problem.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Source {
  readonly file: string
  /** The content as plain data; an empty file is an empty object. */
  readonly value: unknown
  /** Position of the value at `path`, or of its key; of the nearest thing around it when it is not there. */
  locate(path: Path, what: 'key' | 'value'): Position
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

const FIX_SYNTAX =
  'Check indentation, quotes and brackets at this place; see the shipped rules for the format.'

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

/** The parser's complaints, at most twenty: one missing quote can cause hundreds. */
function describeFaults(file: string, document: Document, at: (offset: number) => Position): Problem[] {
  const second = document.errors.find(({ code }) => code === 'MULTIPLE_DOCS')
  if (second) {
    const fix = 'Remove the line --- or split the file.'
    return [toProblem(file, at(second.pos[0]), 'The file holds more than one YAML document', fix)]
  }
  const faults = [...document.errors, ...document.warnings].slice(0, 20)
  return faults.map((fault) => toProblem(file, at(fault.pos[0]), fault.message, FIX_SYNTAX))
}

/** Reads a YAML 1.2 file. Syntax errors, duplicate keys and alias bombs are problems, never exceptions. */
export function readSource(file: string, text: string): SourceResult {
  const start = { line: 1, column: 1 }
  if (text.length > MAX_CHARACTERS) {
    const fix = 'Move lists of addresses to lists/*.txt.'
    return { ok: false, problems: [toProblem(file, start, 'The file is larger than 4 MiB', fix)] }
  }
  const at = createLocator(text)
  try {
    const document = parseDocument(text, { prettyErrors: false, stringKeys: true })
    const faults = describeFaults(file, document, at)
    if (faults.length > 0) return { ok: false, problems: faults }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
    const locate: Source['locate'] = (path, what) => at(locateOffset(document, path, what))
    return { ok: true, source: { file, value, locate } }
  } catch (error) {
    // Undefined or too many aliases, or nesting deeper than the parser's stack.
    const message = error instanceof Error ? error.message : 'The file cannot be read as data'
    const fix = 'Write the content out instead of using & and *, and nest less deeply.'
    return { ok: false, problems: [toProblem(file, start, message, fix)] }
  }
}
