/**
 * `redirects.yaml`, `custom.yaml` and `transforms.yaml`: the shape of what operators write.
 * @module
 */
import { z } from 'zod'
import type { SkippablePhase } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import { descriptionField, idField, listOf, modeField, strict } from './fields.ts'
import { requestField } from './request-field.ts'
import type { RequestExample } from './test-case.ts'

export interface ExamplesInput {
  match: RequestExample[]
  no_match: RequestExample[]
}

/** What every rule has. */
export interface RuleInput {
  id: string
  description: string
  /** `true` is Cloudflare's way to write "every request". */
  expression: string
  mode: Mode
  percentage: number
  examples: ExamplesInput
}

/** A fixed text, or an expression that gives one. */
export type TextInput = string | { expression: string }

export interface SkipInput {
  current: boolean
  phases: SkippablePhase[]
  rules: string[]
}

export interface CustomRuleInput extends RuleInput {
  action: 'block' | 'js_challenge' | 'challenge' | 'managed_challenge' | 'log' | 'skip'
  status?: number | undefined
  skip?: SkipInput | undefined
}

export interface RedirectRuleInput extends RuleInput {
  action: 'redirect'
  redirect: {
    status: 301 | 302 | 303 | 307 | 308
    target: TextInput
    preserve_query: boolean
  }
}

export interface HeaderRulesInput {
  set: Record<string, TextInput>
  add: Record<string, TextInput | TextInput[]>
  remove: string[]
}

export interface TransformRuleInput extends RuleInput {
  action: 'rewrite'
  headers: HeaderRulesInput
}

export interface CustomInput {
  rules: CustomRuleInput[]
}

export interface RedirectsInput {
  redirects: RedirectRuleInput[]
}

export interface TransformsInput {
  request_headers: TransformRuleInput[]
  response_headers: TransformRuleInput[]
}

export const expressionField: z.ZodType<string> = z
  .union([z.string().min(1), z.literal(true)], { error: 'must be an expression, or true for every request' })
  .transform(String)

const ruleShape = {
  id: idField,
  description: descriptionField.default(''),
  expression: expressionField,
  mode: modeField.default('enforce'),
  percentage: z.int().min(0).max(100).default(100),
  examples: strict({
    match: listOf(requestField).prefault([]),
    no_match: listOf(requestField).prefault([]),
  }).prefault({}),
}

/** The id makes it one definition in the editors' schema. */
const textField: z.ZodType<TextInput> = z
  .union([z.string(), strict({ expression: z.string().min(1) })], {
    error: 'must be a text or {expression: …}',
  })
  .meta({ id: 'text' })

const MAX_FIELDS = 100
/** The phases that come after `http_request_firewall_custom`. */
const LATER: readonly SkippablePhase[] = [
  'http_ratelimit',
  'http_request_sbfm',
  'http_request_late_transform',
  'http_response_headers_transform',
]

export const customSchema: z.ZodType<CustomInput> = strict({
  rules: listOf(
    strict({
      ...ruleShape,
      action: z.enum(['block', 'js_challenge', 'challenge', 'managed_challenge', 'log', 'skip']),
      status: z.int().min(400).max(499).optional(),
      skip: strict({
        current: z.boolean().default(false),
        phases: listOf(z.enum(LATER)).prefault([]),
        rules: listOf(idField).prefault([]),
      }).optional(),
    }),
  ).prefault([]),
})

export const redirectsSchema: z.ZodType<RedirectsInput> = strict({
  redirects: listOf(
    strict({
      ...ruleShape,
      action: z.literal('redirect').default('redirect'),
      redirect: strict({
        status: z.literal([301, 302, 303, 307, 308]).default(308),
        target: textField,
        preserve_query: z.boolean().default(false),
      }),
    }),
  ).prefault([]),
})

const transformsField: z.ZodType<TransformRuleInput[]> = listOf(
  strict({
    ...ruleShape,
    action: z.literal('rewrite').default('rewrite'),
    headers: strict({
      set: z.record(z.string(), textField).prefault({}),
      add: z
        .record(
          z.string(),
          z.union([textField, z.array(textField).max(MAX_FIELDS)], {
            error: 'must be a text, {expression: …} or a list of these',
          }),
        )
        .prefault({}),
      remove: z.array(z.string()).max(MAX_FIELDS).prefault([]),
    }),
  }),
).prefault([])

export const transformsSchema: z.ZodType<TransformsInput> = strict({
  request_headers: transformsField,
  response_headers: transformsField,
})
