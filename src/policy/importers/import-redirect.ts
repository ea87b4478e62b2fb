/**
 * Single redirects: `http_request_dynamic_redirect`.
 * @module
 */
import { checkLocation } from '../urls.ts'
import type { CloudflareRule, CloudflareText } from './cloudflare-schema.ts'
import { checkTextExpression, type ImportContext } from './import-context.ts'
import type { ImportedAction } from './import-custom.ts'

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

type Target = { readonly target: string | { readonly expression: string } } | { readonly reason: string }

function importTarget(context: ImportContext, { value, expression }: CloudflareText): Target {
  if (expression !== undefined) {
    const reason = checkTextExpression(context, expression, 'http_request_dynamic_redirect')
    return reason === undefined ? { target: { expression } } : { reason: `Of its target ${reason}` }
  }
  if (value === undefined) return { reason: 'It has no target.' }
  const checked = checkLocation(value)
  return checked.ok ? { target: value } : { reason: `${checked.message}. ${checked.fix}` }
}

/** The action of a redirect. Cloudflare's default status is 301. */
export function importRedirectAction(context: ImportContext, rule: CloudflareRule): ImportedAction {
  const { action, action_parameters: parameters = {} } = rule
  if (action !== 'redirect') return { ok: false, reason: `The action ${action} is no redirect.` }
  if (parameters.from_list !== undefined)
    return { ok: false, reason: 'It takes its targets from a list of redirects: write one route for each.' }
  if (!parameters.from_value) return { ok: false, reason: 'It has no target.' }
  const { target_url, status_code = 301, preserve_query_string: preserve = false } = parameters.from_value
  if (!STATUSES.has(status_code)) return { ok: false, reason: `${status_code} is no status of a redirect.` }
  const found = importTarget(context, target_url)
  if ('reason' in found) return { ok: false, reason: found.reason }
  const query = preserve ? { preserve_query: true } : {}
  const keepsFragment = preserve && typeof found.target === 'string' && found.target.includes('#')
  if (keepsFragment) return { ok: false, reason: 'A query cannot be appended to a target with a fragment.' }
  return { ok: true, keys: { redirect: { status: status_code, target: found.target, ...query } }, notes: [] }
}
