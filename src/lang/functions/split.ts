/**
 * `split(source, separator, limit)` and its reverse `join(items, separator)`.
 * @module
 */
import { isArray } from '../value.ts'
import { type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import {
  ARRAY_OF_BYTES_FIELD,
  BYTES,
  BYTES_FIELD,
  BYTES_LITERAL,
  checkRange,
  INT_LITERAL,
  literalBytes,
} from './parameters.ts'

const MAX_PARTS = 128

/** At most `limit` parts; the last holds what is left, separators and all. */
export function splitBytes(source: string, separator: string, limit: number): readonly string[] {
  const parts: string[] = []
  let start = 0
  while (parts.length < limit - 1) {
    const end = source.indexOf(separator, start)
    if (end < 0) break
    parts.push(source.slice(start, end))
    start = end + separator.length
  }
  parts.push(source.slice(start))
  return parts
}

export const SPLIT: FunctionDefinition = {
  signature: {
    required: [BYTES_FIELD, BYTES_LITERAL, INT_LITERAL],
    returns: () => ({ array: 'Bytes' }),
    check(args) {
      if (literalBytes(args[1]) !== '') return checkRange(args, 2, 1, MAX_PARTS)
      return { index: 1, message: 'the separator is empty', fix: 'Write the separator, for example ",".' }
    },
  },
  call([source, separator, limit]) {
    if (typeof source !== 'string' || typeof separator !== 'string' || separator === '') return undefined
    if (typeof limit !== 'number' || limit < 1) return undefined
    return splitBytes(source, separator, Math.min(limit, MAX_PARTS))
  },
  cost: 10,
}

export const JOIN: FunctionDefinition = {
  signature: { required: [ARRAY_OF_BYTES_FIELD, BYTES], returns: () => 'Bytes' },
  call([items, separator]) {
    if (!isArray(items) || typeof separator !== 'string') return undefined
    let bytes = separator.length * Math.max(0, items.length - 1)
    for (const item of items) bytes += typeof item === 'string' ? item.length : 0
    return bytes > MAX_RESULT_BYTES ? undefined : items.join(separator)
  },
  cost: 10,
}
