/**
 * The work that a challenge asks for: a number that makes a hash start with so many zero bits.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { ChallengeKind } from '../../http/decision.ts'

/** Zero bits to find: 2 to that power are the hashes a solver computes on average. */
export const DIFFICULTY: Readonly<Record<ChallengeKind, number>> = {
  js_challenge: 14,
  managed_challenge: 15,
  challenge: 17,
}

/** Digits of a solution: the hardest challenge is solved long before. */
const SOLUTION = /^(?:0|[1-9][0-9]{0,11})$/

/** True when SHA-256 of `<token>:<solution>` starts with `bits` zero bits. */
export function isSolution(token: string, solution: string, bits: number): boolean {
  if (!SOLUTION.test(solution)) return false
  return countZeroBits(sha256(new TextEncoder().encode(`${token}:${solution}`))) >= bits
}

function countZeroBits(hash: Uint8Array): number {
  let bits = 0
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}
