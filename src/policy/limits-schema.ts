/**
 * `limits.yaml`: the shape of what operators write.
 * @module
 */
import { z } from 'zod'
import type { Accuracy, CountingScope, LimitModel, OnError } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import {
  contentTypeField,
  descriptionField,
  idField,
  listOf,
  millisecondsField,
  readWith,
  secondsField,
  strict,
} from './fields.ts'
import { type LoginProtectionInput, loginProtectionField } from './login-schema.ts'
import { expressionField } from './rule-schema.ts'
import { type ScopeInput, scopeShape } from './scope-fields.ts'

export const LIMITS_FILE = 'limits.yaml'

export const DAY = 86_400
export const WEEK: number = 7 * DAY
export const MONTH: number = 30 * DAY
export const MAX_REQUESTS = 10_000_000
/** UTF-8 bytes of a refusal's content, as at Cloudflare. */
const MAX_CONTENT = 30 * 1024

/** The ends of a ban: three strikes in a row, for a day, is what most mean by it. */
export interface BanInput {
  after: number
  timeout: number
}

export interface EscalateInput {
  factor: number
  max: number
}

export interface ResponseInput {
  status_code?: number | undefined
  content_type?: string | undefined
  content?: string | undefined
}

export interface LimitInput extends ScopeInput {
  id: string
  description: string
  mode: Mode | Accuracy
  expression?: string | undefined
  counting_expression?: string | undefined
  requests_to_origin: boolean
  characteristics: string[]
  period: number
  requests_per_period?: number | undefined
  score_per_period?: number | undefined
  score_response_header_name?: string | undefined
  mitigation_timeout?: number | undefined
  escalate?: EscalateInput | undefined
  ban?: BanInput | undefined
  action: LimitModel['action']
  status?: number | undefined
  response?: ResponseInput | undefined
  scope?: CountingScope | undefined
  counting?: Accuracy | undefined
  on_error: OnError
  timeout?: number | undefined
  announce: boolean
}

export interface LimitsInput {
  limits: LimitInput[]
  login_protection: LoginProtectionInput[]
}

const headerNameField = readWith(z.string(), (text) =>
  /^[!#$%&'*+.^`|~0-9A-Za-z-]{1,100}$/.test(text)
    ? { ok: true, value: text.toLowerCase() }
    : { ok: false, message: 'This is not a header name', fix: 'Write letters, digits and -, at most 100.' },
)

const contentField = readWith(z.string(), (text) =>
  new TextEncoder().encode(text).length <= MAX_CONTENT
    ? { ok: true, value: text }
    : { ok: false, message: 'The content is longer than 30 KiB', fix: 'Shorten it, or link to a page.' },
)

const limitField = strict({
  id: idField,
  description: descriptionField.default(''),
  mode: z.enum(['off', 'log', 'enforce', 'strict', 'balanced', 'relaxed']).default('enforce'),
  ...scopeShape,
  expression: expressionField.optional(),
  counting_expression: expressionField.optional(),
  requests_to_origin: z.boolean().default(false),
  characteristics: z.array(z.string()).min(1).max(8),
  period: secondsField(1, DAY),
  requests_per_period: z.int().min(1).max(MAX_REQUESTS).optional(),
  score_per_period: z.int().min(1).max(MAX_REQUESTS).optional(),
  score_response_header_name: headerNameField.optional(),
  mitigation_timeout: secondsField(0, WEEK).optional(),
  escalate: strict({
    factor: z.int().min(2).max(100).default(4),
    max: secondsField(1, WEEK).default(3600),
  }).optional(),
  ban: strict({
    after: z.int().min(1).max(100).default(3),
    timeout: secondsField(1, MONTH).default(DAY),
  }).optional(),
  action: z
    .enum(['block', 'challenge', 'js_challenge', 'managed_challenge', 'throttle', 'log'])
    .default('block'),
  status: z.int().min(400).max(499).optional(),
  response: strict({
    status_code: z.int().min(400).max(499).optional(),
    content_type: contentTypeField.optional(),
    content: contentField.optional(),
  }).optional(),
  scope: z.enum(['colo', 'region', 'global']).optional(),
  counting: z.enum(['strict', 'balanced', 'relaxed']).optional(),
  on_error: z.enum(['open', 'local', 'closed']).default('local'),
  timeout: millisecondsField(10, 10_000).optional(),
  announce: z.boolean().default(false),
})

export const limitsSchema: z.ZodType<LimitsInput> = strict({
  limits: listOf(limitField).prefault([]),
  login_protection: listOf(loginProtectionField).prefault([]),
})
