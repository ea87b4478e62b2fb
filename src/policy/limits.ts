/**
 * `limits.yaml`: how many requests, counted by what.
 * @module
 */
import { z } from 'zod'
import type { Characteristic, LimitModel, OnError } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import { characteristicField } from './characteristics.ts'
import type { ExpressionReader } from './expressions.ts'
import {
  descriptionField,
  idField,
  listOf,
  millisecondsField,
  modeField,
  secondsField,
  strict,
} from './fields.ts'
import type { Problem } from './problem.ts'
import { expressionField } from './rule-schema.ts'
import { type ScopeInput, scopeShape, toScope } from './scope-fields.ts'
import type { Section } from './section.ts'

export const LIMITS_FILE = 'limits.yaml'

const MAX_PERIOD = 3600
const MAX_MITIGATION = 86_400

export interface LimitInput extends ScopeInput {
  id: string
  description: string
  mode: Mode
  expression?: string | undefined
  characteristics: Characteristic[]
  period: number
  requests_per_period: number
  mitigation_timeout?: number | undefined
  action: 'block' | 'log'
  on_error: OnError
  timeout: number
  status: number
}

export interface LimitsInput {
  limits: LimitInput[]
}

export const limitsSchema: z.ZodType<LimitsInput> = strict({
  limits: listOf(
    strict({
      id: idField,
      description: descriptionField.default(''),
      mode: modeField.default('enforce'),
      ...scopeShape,
      expression: expressionField.optional(),
      characteristics: z.array(characteristicField).min(1).max(8),
      period: secondsField(1, MAX_PERIOD),
      requests_per_period: z.int().min(1).max(10_000_000),
      mitigation_timeout: secondsField(0, MAX_MITIGATION).optional(),
      action: z.enum(['block', 'log']).default('block'),
      on_error: z.enum(['open', 'local', 'closed']).default('local'),
      timeout: millisecondsField(10, 10_000).default(250),
      status: z.int().min(400).max(499).default(429),
    }),
  ).prefault([]),
})

/** Counting by the same thing twice does no harm but is never what was meant. */
function findRepeated(characteristics: readonly Characteristic[]): number {
  const texts = characteristics.map((characteristic) => JSON.stringify(characteristic))
  return texts.findIndex((text, i) => texts.indexOf(text) !== i)
}

/** Compiles all limits; problems go to `problems`. */
export function compileLimits(
  section: Section<LimitsInput>,
  reader: ExpressionReader,
  problems: Problem[],
): readonly LimitModel[] {
  return section.value.limits.map((limit, index) => {
    const place = { section, path: ['limits', index, 'expression'], rule: `limits.${limit.id}` }
    const filter =
      limit.expression === undefined
        ? undefined
        : reader.filter({ ...place, phase: 'http_request_firewall_custom' }, limit.expression)
    const repeated = findRepeated(limit.characteristics)
    if (repeated >= 0) {
      const path = ['limits', index, 'characteristics', repeated]
      problems.push(section.at(path, 'This characteristic is listed twice', 'Remove one of the two.'))
    }
    return {
      id: limit.id,
      description: limit.description,
      mode: limit.mode,
      scope: toScope(limit),
      ...(filter ? { filter } : {}),
      characteristics: limit.characteristics,
      period: limit.period,
      requests_per_period: limit.requests_per_period,
      mitigation_timeout: limit.mitigation_timeout ?? limit.period,
      action: limit.action,
      on_error: limit.on_error,
      timeout_ms: limit.timeout,
      status: limit.status,
    }
  })
}
