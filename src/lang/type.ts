/**
 * The types of the Rules language. Strings are byte strings; map keys are strings.
 * @module
 */

export type ScalarType = 'Bool' | 'Int' | 'Ip' | 'Bytes'

export type Type = ScalarType | { readonly array: Type } | { readonly map: Type }

/** The notation of Cloudflare's scheme: `Map(Array(Bytes))`. */
export function formatType(type: Type): string {
  if (typeof type === 'string') return type
  return 'array' in type ? `Array(${formatType(type.array)})` : `Map(${formatType(type.map)})`
}

const SCALARS: ReadonlySet<string> = new Set(['Bool', 'Int', 'Ip', 'Bytes'])
const MAX_DEPTH = 8

/** Reads `Map(Array(Bytes))`. Throws `TypeError` for anything else: schemes are ours, not an operator's. */
export function parseType(text: string, depth = 0): Type {
  if (SCALARS.has(text)) return text as ScalarType
  const match = /^(Array|Map)\((.*)\)$/.exec(text)
  const inner = match?.[2]
  if (inner === undefined || depth >= MAX_DEPTH) throw new TypeError(`${JSON.stringify(text)} is not a type.`)
  const of = parseType(inner, depth + 1)
  return match?.[1] === 'Array' ? { array: of } : { map: of }
}

export function equalTypes(a: Type, b: Type): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  if ('array' in a) return 'array' in b && equalTypes(a.array, b.array)
  return 'map' in b && equalTypes(a.map, b.map)
}
