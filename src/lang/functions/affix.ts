/**
 * `starts_with`, `ends_with` and `contains`: byte for byte.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES, BYTES_FIELD } from './parameters.ts'

function define(test: (source: string, part: string) => boolean, cost: number): FunctionDefinition {
  return {
    signature: { required: [BYTES_FIELD, BYTES], returns: () => 'Bool' },
    call: ([source, part]) =>
      typeof source === 'string' && typeof part === 'string' ? test(source, part) : undefined,
    cost,
  }
}

export const STARTS_WITH: FunctionDefinition = define((source, part) => source.startsWith(part), 2)
export const ENDS_WITH: FunctionDefinition = define((source, part) => source.endsWith(part), 2)
export const CONTAINS: FunctionDefinition = define((source, part) => source.includes(part), 4)
