/**
 * `settings.yaml`: what holds for the gateway as a whole.
 * @module
 */
import { z } from 'zod'
import type { Settings } from '../bundle/model.ts'
import { MAX_TTL } from '../signature/profile.ts'
import { modeField, secondsField, strict } from './fields.ts'

export const SETTINGS_FILE = 'settings.yaml'

/** Five seconds leave no room for clocks that differ; the signer makes and the verifier takes nothing over `MAX_TTL`. */
const SIGNATURE_TTL = [5, MAX_TTL] as const

export const settingsSchema: z.ZodType<Settings> = strict({
  unknown_host: z.literal([404, 421]).default(421),
  stages: strict({
    hygiene: modeField.default('enforce'),
    access: modeField.default('enforce'),
    rules: modeField.default('enforce'),
    limits: modeField.default('enforce'),
    dos: modeField.default('enforce'),
    // Absent unless it is set, and then as enforce: bots.yaml has its own mode, and an edge of before knows no such stage.
    bots: modeField.exactOptional(),
  }).prefault({}),
  signature_ttl: secondsField(...SIGNATURE_TTL).default(30),
  records_per_second: z.int().min(0).max(10_000).default(20),
  record_query: z.boolean().default(false),
  // Absent unless it is set: an edge of before knows no such key.
  origin_jwt: z.boolean().exactOptional(),
})
