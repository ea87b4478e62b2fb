/**
 * `substring(source, start, end?)`: bytes from `start` up to `end`; negative numbers count from the end.
 * What lies outside the string is empty.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD, INT } from './parameters.ts'

export const SUBSTRING: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, INT], optional: [INT], returns: () => 'Bytes' },
  call(args) {
    const [source, start, end] = args
    if (typeof source !== 'string' || start === undefined) return undefined
    if (args.length > 2 && end === undefined) return undefined
    // A bigint lies far outside any string: Number() loses nothing that matters.
    return source.slice(Number(start), end === undefined ? undefined : Number(end))
  },
  cost: 2,
}
