/**
 * `settings.yaml`: what holds for the gateway as a whole.
 * @module
 */
import { z } from 'zod'
import type { Settings } from '../bundle/model.ts'
import { modeField, secondsField, strict } from './fields.ts'

export const SETTINGS_FILE = 'settings.yaml'

/** Five seconds leave no room for clocks that differ; five minutes leave much for a thief. */
const SIGNATURE_TTL = [5, 300] as const

export const settingsSchema: z.ZodType<Settings> = strict({
  unknown_host: z.literal([404, 421]).default(421),
  stages: strict({
    hygiene: modeField.default('enforce'),
    access: modeField.default('enforce'),
    limits: modeField.default('enforce'),
  }).prefault({}),
  signature_ttl: secondsField(...SIGNATURE_TTL).default(30),
  records_per_second: z.int().min(0).max(10_000).default(20),
  record_query: z.boolean().default(false),
})
