/**
 * Header transforms: `http_request_late_transform` and `http_response_headers_transform`.
 * @module
 */
import { explainHeaderName, explainHeaderValue, type HeaderDirection } from '../header-names.ts'
import { quoteText } from '../problem.ts'
import type { CloudflareRule, CloudflareText } from './cloudflare-schema.ts'
import { checkTextExpression, type ImportContext } from './import-context.ts'
import type { ImportedAction } from './import-custom.ts'

type Edit = CloudflareText & { readonly operation: string }

const PHASES = {
  request_headers: 'http_request_late_transform',
  response_headers: 'http_response_headers_transform',
} as const

/** Why an edit cannot be made; `undefined` when it can. */
function explainEdit(
  context: ImportContext,
  direction: HeaderDirection,
  name: string,
  { operation, value, expression }: Edit,
): string | undefined {
  const wrong = explainHeaderName(name, direction)
  if (wrong) return `${wrong[0]}.`
  if (operation === 'remove') return undefined
  if (operation !== 'set' && operation !== 'add') return `There is no operation ${operation} for headers.`
  if (expression !== undefined) return checkTextExpression(context, expression, PHASES[direction])
  if (value === undefined) return 'It has no value.'
  const refused = explainHeaderValue(value)
  return refused && `${refused[0]}.`
}

/** The action of a transform rule; edits that cannot be made are left out one by one. */
export function importTransformAction(
  context: ImportContext,
  rule: CloudflareRule,
  direction: HeaderDirection,
): ImportedAction {
  const { action, action_parameters: parameters = {} } = rule
  if (action !== 'rewrite') return { ok: false, reason: `The action ${action} edits no headers.` }
  if (parameters.uri !== undefined)
    return { ok: false, reason: 'It rewrites the URL: see replace_prefix of routes.' }
  const notes: string[] = []
  const set: Record<string, unknown> = {}
  const add: Record<string, unknown> = {}
  const remove: string[] = []
  const seen = new Set<string>()
  for (const [written, edit] of Object.entries(parameters.headers ?? {})) {
    const name = written.toLowerCase()
    const reason = seen.has(name) ? 'It is edited twice.' : explainEdit(context, direction, name, edit)
    seen.add(name)
    const value = edit.expression === undefined ? edit.value : { expression: edit.expression }
    if (reason !== undefined) notes.push(`the header ${quoteText(name)}: ${reason}`)
    else if (edit.operation === 'remove') remove.push(name)
    else (edit.operation === 'set' ? set : add)[name] = value
  }
  const kept = Object.entries({ set, add, remove }).filter(([, edits]) => Object.keys(edits).length > 0)
  if (kept.length === 0)
    return { ok: false, reason: ['It edits no header that can be edited:', ...notes].join(' ') }
  return { ok: true, keys: { headers: Object.fromEntries(kept) }, notes }
}
