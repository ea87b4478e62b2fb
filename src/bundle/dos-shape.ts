/**
 * The shape of `DosModel`, checked when a bundle is opened.
 * @module
 */
import { isListOf, isObject, isOneOf, isWhole, type Shape } from './shape.ts'

const isMode = isOneOf('off', 'log', 'enforce')
const isPercent = isWhole(1, 100)
const isRate = isWhole(1, Number.MAX_SAFE_INTEGER)
const isSeconds = isWhole(1, 604_800)
const isMilliseconds = isWhole(1, 3_600_000)
const isMost = isWhole(1, Number.MAX_SAFE_INTEGER)

/** A finite number of times over 1. */
const isFactor: Shape = (value) => typeof value === 'number' && value > 1 && value <= 1000

const isDetection = isObject({
  mode: isMode,
  min_rate: isRate,
  factor: isFactor,
  explains: isPercent,
  timeout: isSeconds,
  max_timeout: isSeconds,
  wide_action: isOneOf('block', 'challenge', 'log'),
})

const isAttackMode = isObject({
  mode: isMode,
  factor: isFactor,
  min_rate: isRate,
  error_share: isPercent,
  quiet: isSeconds,
  action: isOneOf('challenge', 'log'),
})

const isBodies = isObject({
  mode: isMode,
  first_byte_ms: isMilliseconds,
  deadline_ms: isMilliseconds,
  min_rate: isWhole(0, Number.MAX_SAFE_INTEGER),
  json: isObject({ max_depth: isMost, max_keys: isMost, max_items: isMost, max_string: isMost }),
  xml: isObject({ max_depth: isMost, max_elements: isMost, max_attributes: isMost }),
  form: isObject({ max_keys: isMost }),
  compressed: isObject({
    allow: isListOf(isOneOf('gzip', 'deflate', 'br', 'zstd')),
    max_size: isMost,
    max_ratio: isMost,
  }),
})

/** True when `value` has the shape of `DosModel`. */
export const isDosModel: Shape = isObject({
  bans: isObject({ mode: isMode, status: isWhole(400, 499) }),
  detection: isDetection,
  attack_mode: isAttackMode,
  bodies: isBodies,
})
