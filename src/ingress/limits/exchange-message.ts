/**
 * Makes the reports of a message from what the table knows, and takes the answers over into it.
 * @module
 */
import { graceOf } from './counted-limit.ts'
import { type Answer, MAX_WANT, type Report, type Verdict } from './exchange.ts'
import type { LeaseTable } from './lease-table.ts'
import type { Tuning } from './tuning.ts'
import type { Question } from './waiting-list.ts'

/** The key's state as a report. A key whose slot has gone to another, and that nobody waits for, has none. */
export function makeReport(
  { hi, lo, limit, waiters, isShort }: Question,
  table: LeaseTable,
  tuning: Tuning,
  now: number,
): Report | undefined {
  const waiting = waiters.length
  if (waiting === 0 && table.find(hi, lo) < 0) return undefined
  const { terms } = limit
  const slot = table.place(hi, lo, now)
  table.roll(slot, lo, terms.period, graceOf(limit, tuning), now)
  const window = table.windowAt(slot, lo, terms.period, now)
  const used = table.used(slot)
  const reserved = Math.min(used, limit.reservations?.count(hi, lo, window) ?? 0)
  // Tokens that were given back are let go when nobody here waits for one: somebody elsewhere may.
  if (terms.provisional === true && waiting === 0) table.grant(slot, 0, 0, now, now)
  return {
    hi,
    lo,
    terms,
    window,
    used: used - reserved,
    before: table.before(slot),
    began: table.began(slot),
    beganBefore: table.beganBefore(slot),
    held: table.held(slot, now) + reserved,
    want: terms.strict
      ? // Of those who were turned away unanswered, one at least has to be told to the shard: it may have to refuse.
        Math.min(MAX_WANT, Math.max(waiting, isShort ? 1 : 0))
      : findWant(table.lastGrant(slot), waiting, terms.limit, tuning),
  }
}

function findWant(last: number, waiting: number, limit: number, { firstWant }: Tuning): number {
  return Math.min(MAX_WANT, Math.ceil(limit / 4), Math.max(firstWant, 2 * last, waiting + 2))
}

/** When a message went, and whether its tokens may still be taken. */
export interface Posting {
  readonly sentAt: number
  /** Neither has the clock been set back since, nor has a newer report of the key gone out. */
  readonly isCurrent: boolean
}

/** Takes over what a shard says of one report. */
export function takeAnswer(
  { hi, lo, limit }: Question,
  report: Report,
  answer: Answer,
  posting: Posting,
  table: LeaseTable,
  tuning: Tuning,
  now: number,
): void {
  if (answer.refusedFor > 0) {
    takeVerdict({ hi, lo, refusedFor: answer.refusedFor, strikes: answer.strikes }, limit.longest, table, now)
    return
  }
  const slot = posting.isCurrent ? table.find(hi, lo) : -1
  if (slot < 0 || table.windowAt(slot, lo, report.terms.period, now) !== report.window) return
  // What went beyond the tokens since the report is grace that the shard does not know of: no more than once that.
  const beyond = table.used(slot) - report.used - (report.held - table.held(slot, now))
  const grace = Math.max(0, graceOf(limit, tuning) - Math.max(0, beyond))
  table.grant(slot, answer.grant, grace, posting.sentAt + limit.lease, now)
}

/** @param longest Milliseconds: what claims more is cut. */
export function takeVerdict(verdict: Verdict, longest: number, table: LeaseTable, now: number): void {
  const { hi, lo, refusedFor, strikes } = verdict
  if (!(refusedFor > 0)) return
  const slot = table.place(hi, lo, now)
  table.refuse(slot, now + Math.min(refusedFor, longest), strikes, now)
}
