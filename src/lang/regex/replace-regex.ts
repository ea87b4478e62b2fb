/**
 * `regex_replace`: the first match of an expression, replaced.
 * @module
 */
import { createCaptures, type Positions } from './captures.ts'
import type { RegexNode } from './node.ts'
import { parseRegex } from './parse.ts'
import { compileProgram, countInstructions, MAX_INSTRUCTIONS } from './program.ts'
import { countReferences, MAX_REFERENCES, parseReplacement, type ReplacementPart } from './replacement.ts'
import { createSearch } from './search.ts'

/** A fault of `regex_replace(…, source, replacement)`. */
export interface ReplaceFault {
  /** Which of the two it is in. */
  readonly part: 'source' | 'replacement'
  readonly message: string
  readonly fix: string
}

/** What is wrong with the two literals, if anything; for the checker of expressions. */
export function checkRegexReplace(source: string, replacement: string): ReplaceFault | undefined {
  const parsed = parseRegex(source)
  if (!parsed.ok) return { part: 'source', message: parsed.message, fix: parsed.fix }
  const size = countInstructions(parsed.node)
  if (size > MAX_INSTRUCTIONS)
    return {
      part: 'source',
      message: `the expression compiles to ${size} steps, more than ${MAX_INSTRUCTIONS}`,
      fix: 'Use smaller counts in {…}.',
    }
  const references = countReferences(parseReplacement(replacement))
  if (references <= MAX_REFERENCES) return undefined
  return {
    part: 'replacement',
    message: `${references} references to groups, more than ${MAX_REFERENCES}`,
    fix: 'Capture longer parts, or write $$ for a dollar sign.',
  }
}

/**
 * Replaces the first match of `source` (Rust dialect, binary string) in a subject; a subject without a match
 * comes back as it is. `undefined` when {@link checkRegexReplace} would find a fault. Built at first use;
 * the work of the last replacement is kept, because it is a literal.
 */
export function createReplace(source: string): (subject: string, replacement: string) => string | undefined {
  let last: { readonly replacement: string; readonly replace: Replace | undefined } | undefined
  return (subject, replacement) => {
    if (last?.replacement !== replacement) last = { replacement, replace: build(source, replacement) }
    return last.replace?.(subject)
  }
}

type Replace = (subject: string) => string

function build(source: string, replacement: string): Replace | undefined {
  const parsed = parseRegex(source)
  if (!parsed.ok || checkRegexReplace(source, replacement) !== undefined) return undefined
  const { node } = parsed
  const parts = parseReplacement(replacement)
  const names = groupNames(node, new Map())
  const wanted = [
    ...new Set(parts.flatMap((part) => ('group' in part ? [groupIndex(part.group, names)] : []))),
  ].filter((index) => index > 0)
  const find = createCaptures(compileProgram(node, wanted), wanted.length)
  const occurs = createSearch(compileProgram(node))
  return (subject) => {
    // The automaton says no much sooner than the machine does.
    const found = occurs(subject) ? find(subject) : undefined
    if (found === undefined) return subject
    return subject.slice(0, found[0]) + expand(subject, found, parts, names, wanted) + subject.slice(found[1])
  }
}

function expand(
  subject: string,
  found: Positions,
  parts: readonly ReplacementPart[],
  names: ReadonlyMap<string, number>,
  wanted: readonly number[],
): string {
  let out = ''
  for (const part of parts) {
    if ('text' in part) {
      out += part.text
      continue
    }
    const index = groupIndex(part.group, names)
    if (index < 0) continue
    const slot = index === 0 ? 0 : wanted.indexOf(index) * 2 + 2
    const from = found[slot] ?? -1
    if (from >= 0) out += subject.slice(from, found[slot + 1])
  }
  return out
}

/** -1 when there is no such group: it stands for nothing. */
function groupIndex(group: string, names: ReadonlyMap<string, number>): number {
  return /^[0-9]{1,9}$/.test(group) ? Number(group) : (names.get(group) ?? -1)
}

function groupNames(node: RegexNode, names: Map<string, number>): Map<string, number> {
  if (node.kind === 'group' && node.name !== undefined) names.set(node.name, node.index)
  if (node.kind === 'group' || node.kind === 'repeat') groupNames(node.item, names)
  if (node.kind === 'concat' || node.kind === 'alternate')
    for (const item of node.items) groupNames(item, names)
  return names
}
