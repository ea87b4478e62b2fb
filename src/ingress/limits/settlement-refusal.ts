/**
 * Refusals of a shard: how long they last, and how often a key has been refused.
 * @module
 */
import { type Account, findStart, type Tally } from './account.ts'
import type { Terms } from './exchange.ts'
import { findQuietTime, SHORTEST_BLOCK } from './sliding-window.ts'

/** More strikes than this make no difference to anybody. */
export const MOST_STRIKES = 60_000

/** The longest refusal that a limit can give, in milliseconds: what is longer comes from a clock that jumped. */
export function findLongestRefusal({ period, mitigation, longest }: Terms): number {
  return mitigation > 0 ? Math.max(mitigation, longest) * 1000 : Math.max(2 * period * 1000, SHORTEST_BLOCK)
}

/**
 * Refuses the key from now on. It gets one strike per window at most: who comes back after a refusal shorter than
 * the period finds the window as full as before, and has done nothing new.
 */
export function refuse(account: Account, terms: Terms, tally: Tally, late: boolean, now: number): void {
  if (account.strikesUntil <= now) account.strikes = 0
  if (account.struck !== account.window || account.strikes === 0) {
    account.struck = account.window
    account.strikes = Math.min(account.strikes + 1, MOST_STRIKES)
  }
  const length = findLength(account, terms, tally, late, now)
  account.refusedUntil = now + length
  account.strikesUntil = account.refusedUntil + Math.max(2 * terms.period * 1000, length)
}

/** Milliseconds, whole. */
function findLength(account: Account, terms: Terms, tally: Tally, late: boolean, now: number): number {
  const longest = findLongestRefusal(terms)
  if (terms.mitigation > 0) {
    const grown = terms.mitigation * 1000 * terms.factor ** (account.strikes - 1)
    return Math.ceil(Math.min(grown, longest))
  }
  const quiet = findQuietTime(tally, terms.limit, terms.period * 1000)
  const until = findStart(account, late) + quiet
  return Math.min(Math.max(until - now, SHORTEST_BLOCK), longest)
}
