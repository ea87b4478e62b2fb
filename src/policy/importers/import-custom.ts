/**
 * Custom rules: `http_request_firewall_custom`.
 * @module
 */
import type { SkippablePhase } from '../../bundle/model.ts'
import type { CloudflareParameters, CloudflareResponse, CloudflareRule } from './cloudflare-schema.ts'
import type { ImportContext } from './import-context.ts'

/** What a rule becomes, without id, description, mode and expression. */
export type ImportedAction =
  | { readonly ok: true; readonly keys: Readonly<Record<string, unknown>>; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string }

const SAME = new Set(['log', 'challenge', 'js_challenge', 'managed_challenge'])
const PHASES: readonly SkippablePhase[] = [
  'http_ratelimit',
  'http_request_sbfm',
  'http_request_late_transform',
  'http_response_headers_transform',
]

/** The status of a refusal, and what cannot be said beside it. */
export function importResponse(response: CloudflareResponse | undefined): {
  readonly status: number | undefined
  readonly notes: readonly string[]
} {
  const { status_code, content, content_type } = response ?? {}
  const notes: string[] = []
  if ((content ?? '') !== '' || content_type !== undefined)
    notes.push('the content of the response: refusals are answered with problem details (RFC 9457).')
  if (status_code === undefined || (status_code >= 400 && status_code <= 499))
    return { status: status_code, notes }
  return { status: undefined, notes: [...notes, `the status ${status_code}: a refusal has 400 to 499.`] }
}

function importPhases(phases: readonly string[], notes: string[]): readonly SkippablePhase[] {
  const kept = PHASES.filter((phase) => phases.includes(phase))
  for (const phase of phases) {
    if (!kept.some((one) => one === phase)) notes.push(`skipping the phase ${phase}, which is none here.`)
  }
  return kept
}

function importSkippedRules(
  { known }: ImportContext,
  rules: NonNullable<CloudflareParameters['rules']>,
  notes: string[],
): readonly string[] {
  return Object.values(rules)
    .flat()
    .flatMap((id) => {
      const ours = known.get(id)
      if (ours === undefined) notes.push(`skipping the rule ${id}, which was not imported.`)
      return ours ?? []
    })
}

function importSkip(context: ImportContext, parameters: CloudflareParameters): ImportedAction {
  const { ruleset, phase, phases = [], products = [], rulesets = [], rules = {} } = parameters
  const notes = [
    ...products.map((product) => `skipping the product ${product}, which is none here.`),
    ...[...rulesets, ...(ruleset === undefined || ruleset === 'current' ? [] : [ruleset])].map(
      (id) => `skipping the ruleset ${id}, which is none here.`,
    ),
  ]
  const skip = {
    ...(ruleset === 'current' || phase === 'current' ? { current: true } : {}),
    phases: importPhases(phase === undefined || phase === 'current' ? phases : [...phases, phase], notes),
    rules: importSkippedRules(context, rules, notes),
  }
  const some = Object.entries(skip).filter(
    ([, value]) => value === true || (Array.isArray(value) && value.length > 0),
  )
  if (some.length === 0) return { ok: false, reason: ['Nothing that it skips is here:', ...notes].join(' ') }
  return { ok: true, keys: { action: 'skip', skip: Object.fromEntries(some) }, notes }
}

/** The action of a custom rule. */
export function importCustomAction(context: ImportContext, rule: CloudflareRule): ImportedAction {
  const { action, action_parameters: parameters = {} } = rule
  if (rule.exposed_credential_check !== undefined)
    return { ok: false, reason: 'It checks for leaked passwords, which only Cloudflare can.' }
  if (SAME.has(action)) return { ok: true, keys: { action }, notes: [] }
  if (action === 'skip') return importSkip(context, parameters)
  if (action !== 'block') return { ok: false, reason: `There is no action ${action} for custom rules.` }
  const { status, notes } = importResponse(parameters.response)
  return { ok: true, keys: { action, ...(status === undefined ? {} : { status }) }, notes }
}
