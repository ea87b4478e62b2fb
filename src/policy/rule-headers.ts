/**
 * Compiles the header edits of a transform rule.
 * @module
 */
import type { HeaderRewrite } from '../bundle/model.ts'
import { explainHeaderName, explainHeaderValue, type HeaderDirection } from './header-names.ts'
import { type Path, quoteText } from './problem.ts'
import { type RuleContext, readText, reportAt } from './rule-context.ts'
import type { HeaderRulesInput, TextInput } from './rule-schema.ts'

interface Edits {
  readonly context: RuleContext
  readonly direction: HeaderDirection
  /** Names that were edited, and how. */
  readonly seen: Map<string, string>
}

function checkName(edits: Edits, kind: string, written: string, place: Path, what: 'key' | 'value'): string {
  const { context, direction, seen } = edits
  const name = written.toLowerCase()
  const wrong = explainHeaderName(name, direction)
  if (wrong) reportAt(context, place, wrong[0], wrong[1], what)
  const other = seen.get(name)
  if (other !== undefined) {
    const message = `${quoteText(name)} is edited twice, in ${other} and ${kind}`
    reportAt(context, place, message, 'Keep one of the two.', what)
  }
  seen.set(name, kind)
  return name
}

function compileValue(
  { context }: Edits,
  operation: 'set' | 'add',
  name: string,
  place: Path,
  input: TextInput,
): HeaderRewrite | undefined {
  const text = readText(context, place, input)
  if (text === undefined) return undefined
  if (typeof text !== 'string') return { operation, name, expression: text }
  const wrong = explainHeaderValue(text)
  if (wrong) reportAt(context, place, wrong[0], wrong[1])
  return { operation, name, value: text }
}

function compilePairs(
  edits: Edits,
  operation: 'set' | 'add',
  fields: HeaderRulesInput['add'],
): HeaderRewrite[] {
  return Object.entries(fields).flatMap(([written, values]) => {
    const place = ['headers', operation, written]
    const name = checkName(edits, operation, written, place, 'key')
    if (!Array.isArray(values)) return compileValue(edits, operation, name, place, values) ?? []
    return values.flatMap((value, i) => compileValue(edits, operation, name, [...place, i], value) ?? [])
  })
}

/** The edits in the order they are made: remove, set, add. */
export function compileRuleHeaders(
  context: RuleContext,
  direction: HeaderDirection,
  input: HeaderRulesInput,
): readonly HeaderRewrite[] {
  const edits: Edits = { context, direction, seen: new Map() }
  const set = compilePairs(edits, 'set', input.set)
  const add = compilePairs(edits, 'add', input.add)
  const remove = input.remove.map((written, i): HeaderRewrite => {
    const name = checkName(edits, 'remove', written, ['headers', 'remove', i], 'value')
    return { operation: 'remove', name }
  })
  if (edits.seen.size === 0) {
    reportAt(context, ['headers'], 'The rule edits no header', 'Add set, add or remove.', 'key')
  }
  return [...remove, ...set, ...add]
}
