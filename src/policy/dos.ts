/**
 * `dos.yaml`: what keeps floods and hostile content away.
 * @module
 */
import { z } from 'zod'
import type { AttackModel, BansModel, BodiesModel, DetectionModel, DosModel } from '../bundle/dos-model.ts'
import {
  type FieldResult,
  millisecondsField,
  modeField,
  readWith,
  secondsField,
  sizeField,
  strict,
} from './fields.ts'
import type { Problem } from './problem.ts'
import { formatDuration } from './quantities.ts'
import type { Section } from './section.ts'

export const DOS_FILE = 'dos.yaml'

const KIB = 1024
const MIB: number = 1024 * KIB
const MINUTE = 60
const HOUR: number = 60 * MINUTE
const DAY: number = 24 * HOUR
const WEEK: number = 7 * DAY

const CODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const

const percentField: z.ZodType<number> = z.int().min(1).max(100)
/** Requests per second. */
const rateField: z.ZodType<number> = z.int().min(1).max(1_000_000)
/** Times the usual rate. Below 1.5 every busy hour would be a surge. */
const factorField: z.ZodType<number> = z.number().min(1.5).max(1000)

const bansSchema: z.ZodType<BansModel> = strict({
  mode: modeField.default('enforce'),
  status: z.int().min(400).max(499).default(403),
})

const detectionSchema: z.ZodType<DetectionModel> = strict({
  mode: modeField.default('enforce'),
  min_rate: rateField.default(200),
  factor: factorField.default(3),
  explains: percentField.default(60),
  timeout: secondsField(10, DAY).default(MINUTE),
  max_timeout: secondsField(10, WEEK).default(HOUR),
  wide_action: z.enum(['block', 'challenge', 'log']).default('challenge'),
})

const attackSchema: z.ZodType<AttackModel> = strict({
  mode: modeField.default('enforce'),
  factor: factorField.default(3),
  min_rate: rateField.default(100),
  error_share: percentField.default(30),
  quiet: secondsField(30, DAY).default(10 * MINUTE),
  action: z.enum(['challenge', 'log']).default('challenge'),
})

type Coding = (typeof CODINGS)[number]

function dropRepeated(codings: Coding[]): FieldResult<Coding[]> {
  return { ok: true, value: [...new Set(codings)] }
}

/** What is read of a body is read by a scanner that needs no stack, so these bounds protect the origin, not us. */
const bodiesSchema: z.ZodType<BodiesModel> = strict({
  mode: modeField.default('enforce'),
  first_byte: millisecondsField(100, 600_000).default(10_000),
  deadline: millisecondsField(1000, 3_600_000).default(300_000),
  // A phone at the edge of its network sends a few KiB a second; half a KiB is nobody who wants to be served.
  min_rate: sizeField(0, MIB).default(512),
  json: strict({
    max_depth: z.int().min(1).max(10_000).default(64),
    max_keys: z.int().min(1).max(10_000_000).default(10_000),
    max_items: z.int().min(1).max(10_000_000).default(100_000),
    max_string: sizeField(KIB, 64 * MIB).default(MIB),
  }).prefault({}),
  xml: strict({
    max_depth: z.int().min(1).max(10_000).default(64),
    max_elements: z.int().min(1).max(10_000_000).default(100_000),
    max_attributes: z.int().min(1).max(10_000).default(64),
  }).prefault({}),
  form: strict({ max_keys: z.int().min(1).max(100_000).default(1000) }).prefault({}),
  compressed: strict({
    allow: readWith(z.array(z.enum(CODINGS)).max(CODINGS.length), dropRepeated).default(['gzip', 'deflate']),
    max_size: sizeField(KIB, 64 * MIB).default(10 * MIB),
    max_ratio: z.int().min(1).max(1100).default(100),
  }).prefault({}),
}).transform(({ first_byte, deadline, ...rest }) => ({
  ...rest,
  first_byte_ms: first_byte,
  deadline_ms: deadline,
}))

export const dosSchema: z.ZodType<DosModel> = strict({
  bans: bansSchema.prefault({}),
  detection: detectionSchema.prefault({}),
  attack_mode: attackSchema.prefault({}),
  bodies: bodiesSchema.prefault({}),
})

/** The checked model; problems go to `problems`. */
export function compileDos(section: Section<DosModel>, problems: Problem[]): DosModel {
  const { timeout, max_timeout } = section.value.detection
  if (max_timeout < timeout) {
    const [first, longest] = [formatDuration(timeout * 1000), formatDuration(max_timeout * 1000)]
    const message = `The first ban (timeout: ${first}) is longer than the longest (max_timeout: ${longest})`
    const fix = `Write max_timeout: ${first} or more, or a shorter timeout.`
    problems.push(section.at(['detection', 'timeout'], message, fix, 'key'))
  }
  return section.value
}
