/**
 * The kinds of parameters that functions of the Rules language take.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import type { ArgumentFault, ArgumentKind, Parameter } from '../scheme.ts'
import type { Type } from '../type.ts'

function parameter(kind: ArgumentKind, ...types: (Type | 'Array' | 'Map')[]): Parameter {
  return { kind, types }
}

export const BYTES: Parameter = parameter('either', 'Bytes')
export const BYTES_FIELD: Parameter = parameter('field', 'Bytes')
export const BYTES_LITERAL: Parameter = parameter('literal', 'Bytes')
export const BYTES_OR_ARRAY: Parameter = parameter('either', 'Bytes', 'Array')
export const LENGTHY_FIELD: Parameter = parameter('field', 'Bytes', 'Array', 'Map')
export const ARRAY_OF_BYTES_FIELD: Parameter = parameter('field', { array: 'Bytes' })
export const MAP_FIELD: Parameter = parameter('field', 'Map')
export const IP_FIELD: Parameter = parameter('field', 'Ip')
export const INT: Parameter = parameter('either', 'Int')
export const INT_LITERAL: Parameter = parameter('literal', 'Int')
export const KEY_LITERAL: Parameter = parameter('literal', 'Bytes', 'Int')
export const PRINTABLE_FIELD: Parameter = parameter('field', 'Int', 'Bool', 'Ip')

/** The bytes of a literal argument, if it is one. */
export function literalBytes(node: ArgumentNode | undefined): string | undefined {
  return node?.kind === 'literal' && node.literal.kind === 'bytes' ? node.literal.value : undefined
}

/** The number of a literal argument; one outside the safe integers is infinite. */
export function literalInt(node: ArgumentNode | undefined): number | undefined {
  if (node?.kind !== 'literal' || node.literal.kind !== 'int') return undefined
  const { value } = node.literal
  if (typeof value === 'number') return value
  return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A literal number outside its bounds, both inclusive. */
export function checkRange(
  args: readonly ArgumentNode[],
  index: number,
  least: number,
  most: number,
): ArgumentFault | undefined {
  const value = literalInt(args[index])
  if (value === undefined || (value >= least && value <= most)) return undefined
  return {
    index,
    message: `the number is not between ${least} and ${most}`,
    fix: `Write a whole number from ${least} to ${most}.`,
  }
}

/** A literal string of option letters with one that does not exist. */
export function checkLetters(
  args: readonly ArgumentNode[],
  index: number,
  letters: string,
): ArgumentFault | undefined {
  const wrong = [...(literalBytes(args[index]) ?? '')].find((letter) => !letters.includes(letter))
  if (wrong === undefined) return undefined
  const known = [...letters].map((letter) => `"${letter}"`).join(' and ')
  return { index, message: `there is no option ${JSON.stringify(wrong)}`, fix: `The options are ${known}.` }
}
