/**
 * `concat`: strings to one string, or arrays to one array. Nil arguments are left out; all nil is nil.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import type { ArgumentFault } from '../scheme.ts'
import { isArray, type Value } from '../value.ts'
import {
  type FunctionCall,
  type FunctionDefinition,
  MAX_RESULT_BYTES,
  MAX_RESULT_ITEMS,
} from './definition.ts'
import { BYTES_OR_ARRAY } from './parameters.ts'

function isArrayArgument(node: ArgumentNode): boolean {
  return 'type' in node && typeof node.type === 'object' && 'array' in node.type
}

/** Strings and arrays do not mix. */
function checkAlike(args: readonly ArgumentNode[]): ArgumentFault | undefined {
  const first = args[0]
  if (!first) return undefined
  const array = isArrayArgument(first)
  const index = args.findIndex((node) => isArrayArgument(node) !== array)
  if (index < 0) return undefined
  return {
    index,
    message: array
      ? 'the first argument is an array, this is not'
      : 'the first argument is a string, this is not',
    fix: 'Give concat() strings only, or arrays only.',
  }
}

function joinStrings(parts: readonly string[]): string | undefined {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0)
  return bytes > MAX_RESULT_BYTES ? undefined : parts.join('')
}

function joinArrays(parts: readonly (readonly Value[])[]): readonly Value[] | undefined {
  const items = parts.reduce((sum, part) => sum + part.length, 0)
  return items > MAX_RESULT_ITEMS ? undefined : parts.flat(1)
}

const call: FunctionCall = (args) => {
  const known = args.filter((value) => value !== undefined)
  const first = known[0]
  if (typeof first === 'string') return joinStrings(known.filter((value) => typeof value === 'string'))
  return isArray(first) ? joinArrays(known.filter(isArray)) : undefined
}

export const CONCAT: FunctionDefinition = {
  signature: {
    required: [BYTES_OR_ARRAY],
    rest: BYTES_OR_ARRAY,
    returns: (types) => types[0] ?? 'Bytes',
    check: checkAlike,
  },
  call,
  cost: 8,
}
