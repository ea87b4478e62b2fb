/**
 * The two-bucket sliding window that Cloudflare published in 2017: the rate is the count of this window
 * plus the share of the last one that a window ending now still covers, as if its requests had been even.
 *
 * Even from the first of them on: a client that began late in a window would else be taken for one that is half
 * gone already, and get up to a third more than the limit.
 * @module
 */
import { BEGAN_PARTS } from './exchange.ts'

/** What came in two windows, and when the first of each came: parts of its window. */
export interface Buckets {
  readonly previous: number
  readonly began: number
  readonly current: number
  readonly begins: number
}

/** Shortest refusal in milliseconds. Without a floor a throttled client at the limit asks on every request. */
export const SHORTEST_BLOCK = 500

/**
 * How much of the window before still counts, in whole requests. Rounded down: counting a part of a request as
 * one would refuse a client of "1 in 10 minutes" that comes every 11. All products stay below 2⁵³.
 * @param began When the first of them came: parts of the window before.
 * @param elapsed Milliseconds since this window began; what lies outside of it is taken as its nearest end.
 * @param period Milliseconds.
 */
export function countCarried(previous: number, began: number, elapsed: number, period: number): number {
  const span = spanOf(previous, began, period)
  const left = Math.min(Math.max(period - elapsed, 0), span)
  return Math.floor((previous * left) / span)
}

/** Pauses between requests for which a client is taken to have been there before its first one. */
const PAUSES_BEFORE = 2

/**
 * Milliseconds at the end of a window over which its requests are taken to have been even: since the first, and some
 * pauses longer. Of a few requests, all may have come late in a window by chance; that must not refuse anyone.
 */
function spanOf(count: number, began: number, period: number): number {
  const seen = period - Math.floor((period * began) / BEGAN_PARTS)
  if (count === 0) return seen
  return Math.min(period, Math.ceil((seen * (count + PAUSES_BEFORE)) / count))
}

/**
 * Milliseconds after the window's start from which there is room again if nothing more is counted.
 * Call only when there is none now.
 */
export function findQuietTime(
  { previous, began, current, begins }: Buckets,
  limit: number,
  period: number,
): number {
  // One more than the exact time, as the rate equals the limit there and only below it is room.
  if (current < limit)
    return Math.floor(period - ((limit - current) * spanOf(previous, began, period)) / previous) + 1
  return period + Math.floor(period - (limit * spanOf(current, begins, period)) / current) + 1
}
