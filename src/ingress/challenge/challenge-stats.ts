/**
 * What became of challenges, as sums.
 * @module
 */
import type { RedeemFailure } from './redeem.ts'

/** Sums since creation. */
export interface ChallengeStats {
  issued: number
  solved: number
  /** Solutions that were taken for a short clearance, as nobody could say whether they were new. */
  unknown: number
  readonly failed: Record<RedeemFailure, number>
}

export function createChallengeStats(): ChallengeStats {
  const failed: Record<RedeemFailure, number> = {
    malformed: 0,
    forged: 0,
    expired: 0,
    elsewhere: 0,
    early: 0,
    unsolved: 0,
    refused: 0,
    unavailable: 0,
    spent: 0,
  }
  return { issued: 0, solved: 0, unknown: 0, failed }
}
