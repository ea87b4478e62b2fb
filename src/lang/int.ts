/**
 * The language's integers, 64 bits with a sign: numbers while they are safe, bigints beyond.
 * @module
 */
import type { IntLiteral } from './ast.ts'

export type Int = number | bigint

export const INT_MIN: bigint = -(2n ** 63n)
export const INT_MAX: bigint = 2n ** 63n - 1n

/** The one form a number has: equal integers are `===`. */
export function toInt(value: bigint): Int {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** What the checker has read as a whole number. */
export function readInt(literal: IntLiteral): Int {
  return typeof literal === 'number' ? literal : toInt(BigInt(literal))
}

const SIGN = 0x8000_0000

/** Whether the two have a bit in common, in two's complement. A bigint's endless sign is that of bit 63. */
export function sharesBit(a: Int, b: Int): boolean {
  if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b >= 0 && a < SIGN && b < SIGN)
    return (a & b) !== 0
  return (BigInt(a) & BigInt(b)) !== 0n
}
