/**
 * `login_protection` in `limits.yaml`: the shape of what operators write, with what protects most sites.
 * @module
 */
import { z } from 'zod'
import type { OnError } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import {
  descriptionField,
  idField,
  listOf,
  MAX_ITEMS,
  methodField,
  modeField,
  pathPatternField,
  secondsField,
  strict,
} from './fields.ts'
import { expressionField } from './rule-schema.ts'
import { type ScopeInput, scopeShape } from './scope-fields.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** How many failures a client, an account, or a client at an account may have. */
export interface TierInput {
  failures: number
  period: number
  mitigation_timeout: number
  action: 'block' | 'challenge' | 'js_challenge' | 'managed_challenge' | 'log'
}

export interface LoginBan {
  after: number
  timeout: number
}

export const DEFAULT_BAN: LoginBan = { after: 5, timeout: DAY }

export interface LoginProtectionInput extends ScopeInput {
  id: string
  description: string
  mode: Mode
  account: string
  failure: string
  per_address: TierInput
  per_account: TierInput
  per_pair: TierInput
  escalate: { factor: number; max: number }
  /** Left out: `DEFAULT_BAN`. */
  ban?: LoginBan | false | undefined
  on_error: OnError
}

/**
 * In any case, and without white space: most sites take `Ada` and ` ada` for one account, and guessers would take
 * them for two.
 */
const ACCOUNT =
  'lower(remove_bytes(http.request.body.form["username"][0], " \\x09\\x0a\\x0b\\x0c\\x0d\\x00"))'
const FAILURE = 'http.response.code in {401 403}'

function tierField(defaults: TierInput): z.ZodType<TierInput> {
  return strict({
    failures: z.int().min(1).max(1000).default(defaults.failures),
    period: secondsField(1, DAY).default(defaults.period),
    mitigation_timeout: secondsField(1, 7 * DAY).default(defaults.mitigation_timeout),
    action: z
      .enum(['block', 'challenge', 'js_challenge', 'managed_challenge', 'log'])
      .default(defaults.action),
  }).prefault({})
}

const minute = { failures: 5, period: MINUTE, mitigation_timeout: MINUTE, action: 'block' } as const
// Not blocked: else anybody could lock out anybody.
const tenMinutes = {
  failures: 10,
  period: 10 * MINUTE,
  mitigation_timeout: 10 * MINUTE,
  action: 'managed_challenge',
} as const
const hour = { failures: 20, period: HOUR, mitigation_timeout: DAY, action: 'block' } as const

export const loginProtectionField: z.ZodType<LoginProtectionInput> = strict({
  id: idField,
  description: descriptionField.default(''),
  mode: modeField.default('enforce'),
  ...scopeShape,
  paths: z.array(pathPatternField).min(1).max(MAX_ITEMS),
  methods: listOf(methodField).prefault(['POST']),
  account: z.string().min(1).default(ACCOUNT),
  failure: expressionField.default(FAILURE),
  per_address: tierField(minute),
  per_account: tierField(tenMinutes),
  per_pair: tierField(hour),
  escalate: strict({
    factor: z.int().min(2).max(100).default(4),
    max: secondsField(1, 7 * DAY).default(DAY),
  }).prefault({}),
  ban: z
    .union(
      [
        strict({
          after: z.int().min(1).max(100).default(DEFAULT_BAN.after),
          timeout: secondsField(1, 30 * DAY).default(DEFAULT_BAN.timeout),
        }),
        z.literal(false),
      ],
      { error: 'must be a map, or false for no ban' },
    )
    .optional(),
  on_error: z.enum(['open', 'local', 'closed']).default('closed'),
})
