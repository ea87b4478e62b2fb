/**
 * The work that a challenge asks for: 16 numbers, each of which makes a hash start with so many zero bits.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { PUZZLES } from './offer.ts'

/** Digits of a number: the hardest puzzle is solved long before. */
const NUMBER = /^(?:0|[1-9][0-9]{0,11})$/
/** UTF-16 units of 16 numbers with dots between them. */
const MAX_SOLUTION = PUZZLES * 13 - 1
const encoder = new TextEncoder()

/** True when SHA-256 of `<token>:<i>:<n>` starts with `bits` zero bits, at most 32, for each of the numbers. */
export function isSolution(token: string, solution: string, bits: number): boolean {
  if (solution.length > MAX_SOLUTION) return false
  const numbers = solution.split('.')
  if (numbers.length !== PUZZLES || !numbers.every((text) => NUMBER.test(text))) return false
  // The token is the same in all of them: hashed once.
  const begun = sha256.create().update(encoder.encode(`${token}:`))
  return numbers.every((text, i) => {
    const [a = 255, b = 255, c = 255, d = 255] = begun
      .clone()
      .update(encoder.encode(`${i}:${text}`))
      .digest()
    return Math.clz32((a << 24) | (b << 16) | (c << 8) | d) >= bits
  })
}
