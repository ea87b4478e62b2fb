/**
 * Reading `request.cf` with care: it is what Cloudflare says, its types are not promised.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { EdgeProperties } from '../facts.ts'
import type { RuleFacts } from './rule-facts.ts'

/** The value at a path of `request.cf`, or `undefined`. */
export function readProperty({ request }: RuleFacts, ...path: readonly string[]): unknown {
  let value: unknown = request.client.edge
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as EdgeProperties)[name]
  }
  return value
}

export function readBytes(facts: RuleFacts, ...path: readonly string[]): string | undefined {
  const value = readProperty(facts, ...path)
  return typeof value === 'string' ? toBytes(value) : undefined
}

/** A whole number, or its decimal text: some numbers of `request.cf` are strings. */
export function readInt(facts: RuleFacts, ...path: readonly string[]): number | undefined {
  const value = readProperty(facts, ...path)
  if (typeof value === 'string' && /^[0-9]{1,15}$/.test(value)) return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined
}

/** A Boolean, or Cloudflare's `"1"` and `"0"`. */
export function readBool(facts: RuleFacts, ...path: readonly string[]): boolean | undefined {
  const value = readProperty(facts, ...path)
  if (typeof value === 'boolean') return value
  return value === '1' ? true : value === '0' ? false : undefined
}
