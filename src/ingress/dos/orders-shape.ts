/**
 * Whether what came from another object, maybe of another version, has the shape of this one.
 * @module
 */
import { isMatch, isOneOf, isText, isWhole, type Shape } from '../../bundle/shape.ts'
import type { Source } from './ban-sources.ts'
import { type AttackState, type Ban, LEVELS } from './watch-protocol.ts'

const MAX_KEY = 64
const MAX_TEXT = 400
const isTime = isWhole(0, Number.MAX_SAFE_INTEGER)
const isBanId = isMatch(/^[0-9a-f]{16}$/)
const isLevel = isOneOf(...LEVELS)
const isLine: Shape = (value) => isText(value) && String(value).length <= MAX_TEXT
const isKey: Shape = (value) => isText(value) && String(value).length <= MAX_KEY

/** Fields that are not named here may come too: a newer version has sent them. */
function has(value: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return Object.entries(shapes).every(([name, shape]) => shape(fields[name]))
}

export function isBan(value: unknown): value is Ban {
  return has(value, {
    id: isBanId,
    level: isLevel,
    key: isKey,
    action: isOneOf('block', 'challenge', 'log'),
    created: isTime,
    until: isTime,
    reason: isLine,
    by: isOneOf('operator', 'limit', 'detection'),
    strikes: isWhole(1, 1_000_000),
  })
}

export function isAttack(value: unknown): value is AttackState {
  return has(value, {
    host: isLine,
    route: isLine,
    state: isOneOf('on', 'off'),
    by: isOneOf('operator', 'detection'),
    since: isTime,
    until: isTime,
    reason: isLine,
  })
}

export function isSource(value: unknown): value is Source {
  return has(value, {
    level: isLevel,
    key: isKey,
    ban: (ban) => ban === undefined || isBan(ban),
    lastId: isLine,
    strikes: isWhole(0, 1_000_000),
    forgetAt: isTime,
    pardonedUntil: isTime,
  })
}
