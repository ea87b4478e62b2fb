/**
 * `len`: bytes of a string, items of an array, entries of a map.
 * @module
 */
import { isArray, isMap } from '../value.ts'
import type { FunctionDefinition } from './definition.ts'
import { LENGTHY_FIELD } from './parameters.ts'

export const LEN: FunctionDefinition = {
  signature: { required: [LENGTHY_FIELD], returns: () => 'Int' },
  call([value]) {
    if (typeof value === 'string' || isArray(value)) return value.length
    return isMap(value) ? value.size : undefined
  },
  cost: 1,
}
