/**
 * One report settled: taken over if it is news, then answered with tokens, with nothing, or with a refusal.
 * @module
 */
import {
  type Account,
  addUp,
  changePeriod,
  findHolder,
  type Holder,
  LEASE_MEMORY,
  openAccount,
  rollForward,
  type Tally,
} from './account.ts'
import type { AccountBook } from './account-book.ts'
import { type Answer, MAX_WANT, type Report, type Terms, windowOf } from './exchange.ts'
import type { KnownIsolates } from './settlement-isolates.ts'
import { findLongestRefusal, refuse } from './settlement-refusal.ts'
import type { VerdictRing } from './settlement-verdicts.ts'
import { SHORTEST_BLOCK } from './sliding-window.ts'

/** What a shard remembers. */
export interface Ledger {
  readonly book: AccountBook
  readonly ring: VerdictRing
  readonly isolates: KnownIsolates
  mislabelled: number
}

/** Who reports. */
interface Sender {
  readonly isolate: number
  readonly seq: number
}

interface Case {
  readonly account: Account
  readonly report: Report
  /** The report is about the window before the account's newest. */
  readonly late: boolean
  /** The report is about a window that cannot be: its isolate's clock is off. Taken as the newest. */
  readonly isForeign: boolean
  readonly now: number
}

/** No isolate gets more than this part of the limit at once. */
const LARGEST_PART = 4
/** An asker leaves as much as it takes for each of the other isolates, up to this many. */
const FAIR_HOLDERS = 4
/** What one token for an isolate without a place stands for: the token, and the grace around it. */
const UNSEEN_USE = 3

export function settle(ledger: Ledger, report: Report, { isolate, seq }: Sender, now: number): Answer {
  const account = openAccountOf(ledger.book, report, now)
  const own = windowOf(report.lo, now, report.terms.period)
  const isOff = Math.abs(report.window - own) > 1
  if (isOff) ledger.mislabelled++
  const isForeign = isOff && isUnbelievable(report.window, account.window, own)
  const window = isForeign ? account.window : report.window
  // An isolate's clock that is far ahead, or this one, has made it too new. Counts stay.
  if (!isOff && account.window > own + 1) account.window = window
  resize(ledger.book, account, now, () => rollForward(account, window))
  const age = account.window - window
  const subject: Case = { account, report, late: age > 0, isForeign, now }
  // Two windows ago: there is nothing left that it could be counted against.
  if (age > 1) return answerWithout(subject)

  const holder = resize(ledger.book, account, now, () => findHolder(account, isolate, now))
  if (holder === undefined) return grantUnseen(ledger, subject)
  if (seq < holder.seq) return answerWithout(subject)
  if (seq === holder.seq) return answerAgain(subject, holder)
  holder.seq = seq
  holder.heard = now
  takeOver(subject, holder)
  return grantOrRefuse(ledger, subject, holder)
}

/** Does what may change the number of an account's holders. */
function resize<T>(book: AccountBook, account: Account, now: number, change: () => T): T {
  const places = account.holders.length
  const result = change()
  book.countHolders(account.holders.length - places, now)
  return result
}

/**
 * Whether a window that this clock denies is denied by the account, too, and the account by neither. Otherwise
 * isolates are followed: it is this clock that may be wrong, and counts do not depend on it.
 */
function isUnbelievable(window: number, known: number, own: number): boolean {
  return Math.abs(window - known) > 1 && Math.abs(known - own) <= 1
}

function openAccountOf(book: AccountBook, { hi, lo, terms, window }: Report, now: number): Account {
  let account = book.find(hi, lo)
  if (account === undefined) {
    account = openAccount(hi, lo, terms.period, window)
    book.add(account, now)
  }
  account.limit = terms.limit
  account.strict = terms.strict
  // This clock may have stepped back: no refusal outlasts its length.
  account.refusedUntil = Math.min(account.refusedUntil, now + findLongestRefusal(terms))
  if (account.period !== terms.period) {
    const changed = account
    resize(book, account, now, () => changePeriod(changed, terms.period, window))
  }
  return account
}

function takeOver({ report, late, isForeign, now }: Case, holder: Holder): void {
  const known = late ? holder.before : holder.current
  // A count of another window says nothing of what was known of this one.
  const used = isForeign ? Math.max(known.used + known.open, report.used) : report.used
  // Where a count of another window stands in, nothing is known of its beginning.
  const began = isForeign ? 0 : report.began
  const cell = { used, open: report.held, openUntil: now + LEASE_MEMORY, began }
  if (late) holder.before = cell
  else holder.current = cell
  if (!late && !isForeign)
    holder.before = { used: report.before, open: 0, openUntil: 0, began: report.beganBefore }
}

function refuseAnswer({ account, now }: Case): Answer {
  return { grant: 0, refusedFor: account.refusedUntil - now, strikes: account.strikes, room: 0 }
}

function grantAnswer({ account, late, now, report }: Case, grant: number): Answer {
  const room = Math.max(0, report.terms.limit - addUp(account, late, now).confirmed)
  return { grant, refusedFor: 0, strikes: 0, room }
}

/**
 * All that is left is taken by requests that may turn out not to count: nobody has been over the limit yet, and who
 * asks tries again in a moment. Not remembered, and no strike.
 */
const LATER: Answer = { grant: 0, refusedFor: SHORTEST_BLOCK, strikes: 0, room: 0 }

function isOnlyTaken({ report }: Case, { confirmed, open }: Tally): boolean {
  const { limit, provisional } = report.terms
  return provisional === true && report.want > 0 && confirmed >= limit && confirmed - open < limit
}

/** For reports that change nothing. */
function answerWithout(subject: Case): Answer {
  return subject.account.refusedUntil > subject.now ? refuseAnswer(subject) : grantAnswer(subject, 0)
}

/** The same message once more, as its answer was lost: the same tokens, not new ones. */
function answerAgain(subject: Case, holder: Holder): Answer {
  if (subject.account.refusedUntil > subject.now) return refuseAnswer(subject)
  const cell = subject.late ? holder.before : holder.current
  return grantAnswer(subject, Math.max(0, cell.open - subject.report.held))
}

/** Refuses if the limit is reached; what has been granted and may never be used is no reason to. */
function refuseIfFull(ledger: Ledger, subject: Case, tally: Tally): boolean {
  const { account, report, late, now } = subject
  if (account.refusedUntil > now) return true
  if (report.want === 0 || tally.confirmed < report.terms.limit) return false
  refuse(account, report.terms, tally, late, now)
  ledger.ring.add(account.hi, account.lo, account.refusedUntil, account.strikes)
  return true
}

function grantOrRefuse(ledger: Ledger, subject: Case, holder: Holder): Answer {
  const { account, report, late, now } = subject
  const tally = addUp(account, late, now)
  if (account.refusedUntil <= now && isOnlyTaken(subject, tally)) return LATER
  if (refuseIfFull(ledger, subject, tally)) return refuseAnswer(subject)
  const cell = late ? holder.before : holder.current
  const holders = tally.holders + (cell.used + cell.open > 0 ? 0 : 1)
  const grant = countGrant(report, report.terms, tally, holders)
  cell.open += grant
  return grantAnswer(subject, grant)
}

function countGrant(report: Report, terms: Terms, tally: Tally, holders: number): number {
  const want = Math.min(report.want, MAX_WANT)
  const room = terms.limit - tally.confirmed - tally.out
  if (terms.strict) return Math.max(0, Math.min(want, room))
  const part = Math.ceil(terms.limit / LARGEST_PART)
  const fair = Math.floor(room / (1 + Math.min(holders, FAIR_HOLDERS)))
  const grant = Math.min(want, fair, part)
  if (grant > 0) return grant
  // One, though others hold the rest: they may never use it. In all no more than one for each isolate.
  return want > 0 && report.held === 0 && room + holders > 0 ? 1 : 0
}

/** For an isolate there is no place for: what it has used is not known, so what it is given counts at once. */
function grantUnseen(ledger: Ledger, subject: Case): Answer {
  const { account, report, late, now } = subject
  const tally = addUp(account, late, now)
  if (account.refusedUntil <= now && isOnlyTaken(subject, tally)) return LATER
  if (refuseIfFull(ledger, subject, tally)) return refuseAnswer(subject)
  const charge = report.terms.strict ? 1 : UNSEEN_USE
  const room = report.terms.limit - tally.confirmed - tally.out
  if (report.want === 0 || room < 1) return grantAnswer(subject, 0)
  if (late) account.foldedBefore += charge
  else account.folded += charge
  return grantAnswer(subject, 1)
}
