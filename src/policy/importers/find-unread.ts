/**
 * What a rule of Cloudflare has and nothing here reads: named, so that it is not lost in silence.
 * @module
 */
import type { CloudflareRule } from './cloudflare-schema.ts'
import { oneLine } from './import-report.ts'

/** Keys that say nothing of what a rule does, and keys that the import reads, with what is below them. */
interface KnownKeys {
  readonly [key: string]: true | KnownKeys
}

const TEXT: KnownKeys = { value: true, expression: true }

const KNOWN: KnownKeys = {
  id: true,
  ref: true,
  version: true,
  last_updated: true,
  categories: true,
  description: true,
  expression: true,
  action: true,
  enabled: true,
  exposed_credential_check: true,
  logging: { enabled: true },
  action_parameters: {
    response: { status_code: true, content: true, content_type: true },
    ruleset: true,
    phase: true,
    phases: true,
    products: true,
    rulesets: true,
    rules: true,
    from_value: { target_url: TEXT, status_code: true, preserve_query_string: true },
    from_list: true,
    uri: true,
    headers: true,
  },
  ratelimit: {
    characteristics: true,
    period: true,
    requests_per_period: true,
    mitigation_timeout: true,
    counting_expression: true,
    requests_to_origin: true,
    score_per_period: true,
    score_response_header_name: true,
  },
}

function listUnread(value: object, known: KnownKeys, path: readonly string[]): readonly string[] {
  return Object.entries(value).flatMap(([key, part]): readonly string[] => {
    const below = Object.hasOwn(known, key) ? known[key] : undefined
    const at = [...path, key]
    if (below === undefined) return [oneLine(at.join('.'))]
    if (below === true || typeof part !== 'object' || part === null) return []
    return listUnread(part, below, at)
  })
}

/** One sentence for each key, to follow "Without". */
export function findUnread(rule: CloudflareRule): readonly string[] {
  const notes = listUnread(rule, KNOWN, []).map((path) => `${path}, which the import does not know.`)
  // Left out, it is on for all actions but skip, and a record is what everybody wants.
  if (rule.logging?.enabled === false)
    notes.push('logging switched off: what a rule does is always in decision records.')
  return notes
}
