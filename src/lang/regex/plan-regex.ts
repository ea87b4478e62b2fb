/**
 * Decides, when a policy is built, how a regular expression will be run.
 * @module
 */
import { isLinear } from './classify.ts'
import type { RegexNode } from './node.ts'
import { parseRegex } from './parse.ts'
import type { RegexPlan } from './plan.ts'
import { printRegex } from './print.ts'
import { compileProgram, countInstructions, MAX_INSTRUCTIONS } from './program.ts'
import { reduceSearch } from './reduce.ts'
import { findRequired } from './required.ts'
import { UNICODE_TABLES } from './unicode-tables.ts'

export type PlannedRegex =
  | { readonly ok: true; readonly plan: RegexPlan }
  | { readonly ok: false; readonly message: string; readonly fix: string; readonly offset: number }

/** Of the expression before it is simplified; the engine's own limit of 10 MiB is in this region. */
const MAX_WRITTEN = 100_000

/**
 * Plans `source`, a binary string of UTF-8 in the Rust `regex` dialect (Unicode off). `message` is without
 * a full stop, `fix` a sentence, `offset` in bytes.
 *
 * @example
 * planRegex('^/api/') // { ok: true, plan: { engine: 'native', source: '^/api/', pattern: '^\\/api\\/' } }
 * planRegex('a.*b') // { …, plan: { engine: 'linear', source: 'a.*b', pattern: 'a[^\\n]*b', needs: 'a' } }
 */
export function planRegex(source: string): PlannedRegex {
  const parsed = parseRegex(source, UNICODE_TABLES)
  if (!parsed.ok) return parsed
  const written = countInstructions(parsed.node)
  if (written > MAX_WRITTEN) return tooLarge(written, MAX_WRITTEN)
  const node = reduceSearch(parsed.node)
  const size = countInstructions(node)
  if (size > MAX_INSTRUCTIONS) return tooLarge(size, MAX_INSTRUCTIONS)
  const pattern = nativePattern(node)
  if (pattern !== undefined) return { ok: true, plan: { engine: 'native', source, pattern } }
  const needs = nativePattern(findRequired(node))
  const plan = { engine: 'linear', source, pattern: printRegex(node, 'rust') } as const
  return { ok: true, plan: needs === undefined ? plan : { ...plan, needs } }
}

/** The expression for `RegExp`, when that is proved to be linear. */
function nativePattern(node: RegexNode | undefined): string | undefined {
  if (node === undefined || !isLinear(compileProgram(node))) return undefined
  const pattern = printRegex(node, 'javascript')
  return runsNatively(pattern) ? pattern : undefined
}

/** V8 has limits of its own on what it compiles, which it does at the first use. */
function runsNatively(pattern: string): boolean {
  try {
    new RegExp(pattern).test('')
    return true
  } catch {
    return false
  }
}

function tooLarge(size: number, limit: number): PlannedRegex {
  return {
    ok: false,
    message: `the expression compiles to ${size} steps, more than ${limit}`,
    fix: 'Use smaller counts in {…}, or check the length with len() instead.',
    offset: 0,
  }
}
