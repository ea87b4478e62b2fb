/**
 * The two-bucket sliding window that Cloudflare published in 2017: the rate is the count of this window
 * plus the share of the last one that a window ending now still covers, as if its requests had been even.
 *
 * A client's window starts with its first request, not on a wall-clock boundary: then "N requests are
 * allowed, the next is refused" holds for a client that was quiet, whenever it comes.
 * @module
 */
import type { Hit } from './counters.ts'

/** Shortest refusal in milliseconds. Without a floor a throttled client at the limit asks on every request. */
export const SHORTEST_BLOCK = 500

/**
 * How many requests may still come now, 0 or less when the rate has reached the limit. `elapsed` and
 * `period` in whole milliseconds, 0 ≤ `elapsed` ≤ `period`. Exact: all products stay below 2⁵³.
 */
export function countRoom(
  previous: number,
  current: number,
  limit: number,
  elapsed: number,
  period: number,
): number {
  return limit - current - Math.floor((previous * (period - elapsed)) / period)
}

/**
 * Milliseconds after the window's start from which there is room again if nothing more is counted.
 * Call only when there is none now.
 */
export function findQuietTime(previous: number, current: number, limit: number, period: number): number {
  // One more than the exact time, as the rate equals the limit there and only below it is room.
  if (current < limit) return Math.floor((period * (previous + current - limit)) / previous) + 1
  return period + Math.floor((period * (current - limit)) / current) + 1
}

/** The longest refusal that a limit can give, in milliseconds: what is longer comes from a clock that jumped. */
export function findLongestBlock(hit: Pick<Hit, 'period' | 'mitigation_timeout'>): number {
  return hit.mitigation_timeout > 0 ? hit.mitigation_timeout * 1000 : hit.period * 2000
}
