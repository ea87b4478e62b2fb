/**
 * `bit_slice(source, start, end)`: bits `start` up to `end` as a number, the first bit of a byte being its
 * highest. Nil when the source is too short.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import type { ArgumentFault } from '../scheme.ts'
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD, checkRange, INT_LITERAL, literalInt } from './parameters.ts'

const MAX_OFFSET = 2040
const MAX_BITS = 32

function checkOffsets(args: readonly ArgumentNode[]): ArgumentFault | undefined {
  const fault = checkRange(args, 1, 0, MAX_OFFSET) ?? checkRange(args, 2, 1, MAX_OFFSET)
  if (fault) return fault
  const start = literalInt(args[1])
  const end = literalInt(args[2])
  if (start === undefined || end === undefined || (end > start && end - start <= MAX_BITS)) return undefined
  return {
    index: 2,
    message: `the slice has ${end - start} bits`,
    fix: `Write an end that is 1 to ${MAX_BITS} more than the start.`,
  }
}

export const BIT_SLICE: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, INT_LITERAL, INT_LITERAL], returns: () => 'Int', check: checkOffsets },
  call([source, start, end]) {
    if (typeof source !== 'string' || typeof start !== 'number' || typeof end !== 'number') return undefined
    if (start < 0 || end <= start || end - start > MAX_BITS || end > source.length * 8) return undefined
    let value = 0
    // Not with <<, which would give a negative number for 32 bits.
    for (let i = start; i < end; i++) value = value * 2 + ((source.charCodeAt(i >> 3) >> (7 - (i & 7))) & 1)
    return value
  },
  cost: 5,
}
