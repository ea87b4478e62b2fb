/**
 * The check of a literal that must stand at a certain place.
 * @module
 */
import { LENGTH_SHIFT } from '../../../bundle/agents-part.ts'

/** @param bits Of `CHECK`. */
export function placeCheck(bits: number, literal: string): number {
  return bits === 0 ? 0 : bits | (literal.length << LENGTH_SHIFT)
}
