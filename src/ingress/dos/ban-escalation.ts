/**
 * How long a source stays banned that comes again, or that another data centre has found too.
 * @module
 */
import { isStronger } from './ban-strength.ts'
import type { Ban } from './watch-protocol.ts'

/** Each further ban of the same source lasts this many times as long. */
export const FACTOR = 4
/** A ban is prolonged only by this share of its length or more: each change goes to every isolate. */
const WORTH_TELLING = 0.25

/**
 * With the strikes that are remembered here, when those are more than its data centre knew of. It never becomes
 * shorter than it was found to be.
 */
export function escalate(ban: Ban, remembered: number, longest: number, now: number): Ban {
  const strikes = Math.max(remembered, ban.strikes, 1)
  const length = (ban.until - now) * FACTOR ** Math.min(16, strikes - ban.strikes)
  return { ...ban, strikes, created: now, until: now + Math.min(length, Math.max(longest, ban.until - now)) }
}

/** The same ban, later or stronger, when another data centre has found the same and that says more. */
export function prolong(current: Ban, ban: Ban): Ban {
  const { until } = ban
  const isLonger = until - current.until >= (current.until - current.created) * WORTH_TELLING
  if (!isLonger && !isStronger(ban, current)) return current
  const { action } = isStronger(ban, current) ? ban : current
  return { ...current, action, until: Math.max(current.until, until) }
}
