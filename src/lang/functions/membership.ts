/**
 * `has_key(map, key)` and `has_value(array, value)`.
 * @module
 */
import { isArray, isMap } from '../value.ts'
import type { FunctionDefinition } from './definition.ts'
import { ARRAY_OF_BYTES_FIELD, BYTES, MAP_FIELD } from './parameters.ts'

export const HAS_KEY: FunctionDefinition = {
  signature: { required: [MAP_FIELD, BYTES], returns: () => 'Bool' },
  call: ([map, key]) => (isMap(map) && typeof key === 'string' ? map.has(key) : undefined),
  cost: 2,
}

export const HAS_VALUE: FunctionDefinition = {
  signature: { required: [ARRAY_OF_BYTES_FIELD, BYTES], returns: () => 'Bool' },
  call: ([items, value]) => (isArray(items) && typeof value === 'string' ? items.includes(value) : undefined),
  cost: 5,
}
