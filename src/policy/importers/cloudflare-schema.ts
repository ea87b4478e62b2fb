/**
 * Rulesets as Cloudflare's API gives them. Keys that are not needed are let through, for the report.
 * @module
 */
import { z } from 'zod'

const MAX_RULES = 10_000

/** A fixed text or an expression that gives one. */
export interface CloudflareText {
  value?: string | undefined
  expression?: string | undefined
}

export interface CloudflareResponse {
  status_code?: number | undefined
  content?: string | undefined
  content_type?: string | undefined
}

export interface CloudflareParameters {
  response?: CloudflareResponse | undefined
  ruleset?: string | undefined
  /** `current`: the rest of the phase. */
  phase?: string | undefined
  phases?: string[] | undefined
  products?: string[] | undefined
  rulesets?: string[] | undefined
  /** Ids of rules by id of their ruleset. */
  rules?: Record<string, string[]> | undefined
  from_value?:
    | {
        target_url: CloudflareText
        status_code?: number | undefined
        preserve_query_string?: boolean | undefined
      }
    | undefined
  from_list?: unknown
  uri?: unknown
  headers?: Record<string, CloudflareText & { operation: string }> | undefined
}

export interface CloudflareRateLimit {
  characteristics?: string[] | undefined
  period?: number | undefined
  requests_per_period?: number | undefined
  mitigation_timeout?: number | undefined
  counting_expression?: string | undefined
  requests_to_origin?: boolean | undefined
  score_per_period?: number | undefined
  score_response_header_name?: string | undefined
}

export interface CloudflareRule {
  id?: string | undefined
  ref?: string | undefined
  description?: string | undefined
  expression: string
  action: string
  action_parameters?: CloudflareParameters | undefined
  ratelimit?: CloudflareRateLimit | undefined
  enabled?: boolean | undefined
  logging?: { enabled?: boolean | undefined } | undefined
  exposed_credential_check?: unknown
}

export interface CloudflareRuleset {
  id?: string | undefined
  name?: string | undefined
  /** `custom` rulesets run only where a rule with the action `execute` says so. */
  kind?: string | undefined
  phase: string
  rules: CloudflareRule[]
}

const text = z.looseObject({ value: z.string().optional(), expression: z.string().optional() })

const parameters: z.ZodType<CloudflareParameters> = z.looseObject({
  response: z
    .looseObject({
      status_code: z.int().optional(),
      content: z.string().optional(),
      content_type: z.string().optional(),
    })
    .optional(),
  ruleset: z.string().optional(),
  phase: z.string().optional(),
  phases: z.array(z.string()).optional(),
  products: z.array(z.string()).optional(),
  rulesets: z.array(z.string()).optional(),
  rules: z.record(z.string(), z.array(z.string())).optional(),
  from_value: z
    .looseObject({
      target_url: text,
      status_code: z.int().optional(),
      preserve_query_string: z.boolean().optional(),
    })
    .optional(),
  from_list: z.unknown().optional(),
  uri: z.unknown().optional(),
  headers: z.record(z.string(), text.extend({ operation: z.string() })).optional(),
})

const ratelimit: z.ZodType<CloudflareRateLimit> = z.looseObject({
  characteristics: z.array(z.string()).optional(),
  period: z.int().optional(),
  requests_per_period: z.int().optional(),
  mitigation_timeout: z.int().optional(),
  counting_expression: z.string().optional(),
  requests_to_origin: z.boolean().optional(),
  score_per_period: z.int().optional(),
  score_response_header_name: z.string().optional(),
})

const rulesetSchema: z.ZodType<CloudflareRuleset> = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  kind: z.string().optional(),
  phase: z.string(),
  rules: z
    .array(
      z.looseObject({
        id: z.string().optional(),
        ref: z.string().optional(),
        description: z.string().optional(),
        expression: z.string(),
        action: z.string(),
        action_parameters: parameters.optional(),
        ratelimit: ratelimit.optional(),
        enabled: z.boolean().optional(),
        logging: z.looseObject({ enabled: z.boolean().optional() }).optional(),
        exposed_credential_check: z.unknown().optional(),
      }),
    )
    .max(MAX_RULES),
})

export type RulesetsResult =
  | { readonly ok: true; readonly rulesets: readonly CloudflareRuleset[] }
  | { readonly ok: false; readonly message: string; readonly fix: string }

/** The answer of the API, what is in it, or several of either. */
function unwrap(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(unwrap)
  if (typeof value === 'object' && value !== null && 'result' in value) return unwrap(value.result)
  return [value]
}

const FIX = 'Give what GET /zones/<zone>/rulesets/phases/<phase>/entrypoint answers, with its rules.'

/** Reads the JSON of one or several rulesets. */
export function readRulesets(json: string): RulesetsResult {
  let value: unknown
  try {
    // What other tools export has null for what is not there.
    value = JSON.parse(json, (_, part: unknown) => (part === null ? undefined : part))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `This is not JSON: ${reason}`, fix: FIX }
  }
  const rulesets: CloudflareRuleset[] = []
  for (const [index, item] of unwrap(value).entries()) {
    const result = rulesetSchema.safeParse(item)
    if (!result.success) {
      const [issue] = result.error.issues
      const path = ['rulesets', index, ...(issue?.path ?? [])].map(String).join('.')
      return { ok: false, message: `${path}: ${issue?.message ?? 'not a ruleset'}`, fix: FIX }
    }
    rulesets.push(result.data)
  }
  return rulesets.length === 0
    ? { ok: false, message: 'There is no ruleset in it', fix: FIX }
    : { ok: true, rulesets }
}
