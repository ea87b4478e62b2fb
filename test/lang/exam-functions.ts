/** What the functions of the engine's tests do, and how its values are written. */
import type { FunctionCall, FunctionDefinition } from '../../src/lang/functions/definition.ts'
import { parseIpLiteral } from '../../src/lang/ip-literal.ts'
import { isArray, toBytes, type Value } from '../../src/lang/value.ts'
import { EXAM_SIGNATURES } from './exam-scheme.ts'

const CALLS: Readonly<Record<string, FunctionCall>> = {
  echo: ([value]) => value,
  lowercase: ([value]) => (typeof value === 'string' ? value.toLowerCase() : undefined),
  lower: ([value]) => (typeof value === 'string' ? value.toLowerCase() : undefined),
  concat: (args) => args.filter((value) => typeof value === 'string').join(''),
  concat_fields: ([a, b]) => (typeof a === 'string' && typeof b === 'string' ? a + b : undefined),
  filter: ([items, keep]) =>
    isArray(items) && isArray(keep) ? items.filter((_, i) => keep[i] === true) : undefined,
  len: ([value]) => (typeof value === 'string' ? value.length : undefined),
  array: ([value]) => (value === undefined ? undefined : [value]),
  array2: ([value]) => (value === undefined ? undefined : [[value]]),
}

/** The functions of one file of the engine's tests, by `examModule`. */
export function examFunctions(module: string): ReadonlyMap<string, FunctionDefinition> {
  const signatures = EXAM_SIGNATURES[module] ?? new Map()
  return new Map(
    [...signatures].map(([name, signature]) => [
      name,
      { signature, call: CALLS[name] ?? (() => undefined), cost: 1 },
    ]),
  )
}

/** A value as the exam writes it: text, or an object that says what it is. */
export function examValue(data: unknown): Value {
  if (typeof data === 'string') return toBytes(data)
  if (typeof data === 'boolean' || typeof data === 'number') return data
  if (Array.isArray(data)) return data.map(examValue)
  const { ip, bytes, map } = data as { ip?: string; bytes?: number[]; map?: Record<string, unknown> }
  if (bytes) return String.fromCharCode(...bytes)
  if (map) return new Map(Object.entries(map).map(([key, value]) => [toBytes(key), examValue(value)]))
  const address = ip === undefined ? undefined : parseIpLiteral(ip)
  if (!address) throw new Error(`no value: ${JSON.stringify(data)}`)
  return address
}
