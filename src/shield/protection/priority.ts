/**
 * Who goes first when an origin cannot take everybody.
 * @module
 */

/** From the last to be shed to the first. `suspected` is traffic that detection or attack mode has doubts about. */
export type Priority = 'critical' | 'normal' | 'low' | 'suspected'

/** Share of the limit that a priority may fill, everything that is in flight counted. */
const SHARES: Readonly<Record<Priority, number>> = { critical: 1, normal: 0.8, low: 0.6, suspected: 0.2 }

/**
 * The number of requests in flight below which one more of that priority is taken. Never 0: an idle origin takes
 * anybody, or a limit could never grow again when all traffic is suspected.
 */
export function placesFor(priority: Priority, limit: number): number {
  // Rounded down after a nudge, as 0.6 × 5 is a little less than 3 in binary.
  return Math.max(1, Math.floor(limit * SHARES[priority] + 1e-9))
}
