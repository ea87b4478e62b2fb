/**
 * Types as error messages write them: `Array<Bytes>`, and `Array<_>` for an array of anything.
 * @module
 */
import type { Type } from '../type.ts'

export function describeType(type: Type): string {
  if (typeof type === 'string') return type
  return 'array' in type ? `Array<${describeType(type.array)}>` : `Map<${describeType(type.map)}>`
}

/** `Bytes`, `Bytes or Array<_>`, or `{Bytes, Int, Array<_>}`. */
export function describeTypes(types: readonly (Type | 'Array' | 'Map')[]): string {
  const exact = types.filter((type) => type !== 'Array' && type !== 'Map').map(describeType)
  const texts = [...exact]
  if (types.includes('Array')) texts.push('Array<_>')
  if (types.includes('Map')) texts.push('Map<_>')
  return texts.length > 2 ? `{${texts.join(', ')}}` : texts.join(' or ')
}
