/**
 * What a shard knows of one key: who has let how much through in this window and the one before it.
 * @module
 */
import { BEGAN_PARTS, phaseOf } from './exchange.ts'
import { type Buckets, countCarried } from './sliding-window.ts'

/** One isolate's part of one window. */
export interface Cell {
  /** Let through, as the isolate last said. */
  readonly used: number
  /** Tokens it has been granted, or has said to hold, on top of that. */
  open: number
  /** Milliseconds since the epoch from which `open` is thought never to have been used. */
  openUntil: number
  /** When its first request came: parts of the window. */
  readonly began: number
}

export interface Holder {
  readonly isolate: number
  /** Of the newest report that was taken over. */
  seq: number
  /** Milliseconds since the epoch. */
  heard: number
  current: Cell
  before: Cell
}

export interface Account {
  readonly hi: number
  readonly lo: number
  /** Seconds. */
  period: number
  /** Number of the newest window that an isolate has reported. */
  window: number
  /** As last sent. */
  limit: number
  strict: boolean
  holders: Holder[]
  /** Use of holders that have given way, and of those that there is no place for. */
  folded: number
  foldedBefore: number
  /** Use of the window before the one before, for reports that come late. */
  older: number
  /** Milliseconds since the epoch; 0 when never refused. */
  refusedUntil: number
  strikes: number
  /** Milliseconds since the epoch when the strikes are forgotten. */
  strikesUntil: number
  /** Number of the window that the last strike fell into; -1 without one. */
  struck: number
}

/** What counts against the limit in one window, from all isolates. */
export interface Tally extends Buckets {
  /** Let through in this window. In a strict limit every granted token is. */
  readonly current: number
  /** `current` and what the sliding window still covers of `previous`. */
  readonly confirmed: number
  /** Tokens that may still be used. */
  readonly out: number
  /** What of `current` is tokens of a strict limit that may come back. */
  readonly open: number
  /** Isolates that take part in this window. */
  readonly holders: number
}

/** Isolates told apart in one account. More share what is left, token by token. */
export const MAX_HOLDERS = 512
/** Milliseconds for which the tokens of a strict limit may be given back, though their isolate is silent. */
export const LEASE_MEMORY = 60_000
/** Milliseconds of silence after which an isolate gives its place in an account to another. */
const IDLE = 300_000

export const EMPTY: Cell = Object.freeze({ used: 0, open: 0, openUntil: 0, began: 0 })

export function openAccount(hi: number, lo: number, period: number, window: number): Account {
  return {
    hi,
    lo,
    period,
    window,
    limit: 0,
    strict: false,
    holders: [],
    folded: 0,
    foldedBefore: 0,
    older: 0,
    refusedUntil: 0,
    strikes: 0,
    strikesUntil: 0,
    struck: -1,
  }
}

/** Begins the count anew: windows of another length cannot be compared. A refusal stays. */
export function changePeriod(account: Account, period: number, window: number): void {
  account.period = period
  account.window = window
  account.holders = []
  account.folded = 0
  account.foldedBefore = 0
  account.older = 0
  account.struck = -1
}

/** Makes `window` the account's newest one. Does nothing unless it is newer. */
export function rollForward(account: Account, window: number): void {
  const ahead = window - account.window
  if (ahead <= 0) return
  const adjacent = ahead === 1
  account.older = adjacent ? sumBefore(account) : 0
  account.foldedBefore = adjacent ? account.folded : 0
  account.folded = 0
  account.window = window
  for (const holder of account.holders) {
    holder.before = adjacent ? holder.current : EMPTY
    holder.current = EMPTY
  }
  account.holders = account.holders.filter(({ before }) => before.used + before.open > 0)
}

function sumBefore(account: Account): number {
  let sum = account.foldedBefore
  for (const { before } of account.holders) sum += countUsed(before, account.strict)
  return sum
}

function countUsed(cell: Cell, strict: boolean): number {
  return strict ? cell.used + cell.open : cell.used
}

/** The place of an isolate, made if need be; `undefined` when all are taken by isolates heard of lately. */
export function findHolder(account: Account, isolate: number, now: number): Holder | undefined {
  const { holders } = account
  let stalest: Holder | undefined
  for (const holder of holders) {
    if (holder.isolate === isolate) return holder
    if (stalest === undefined || holder.heard < stalest.heard) stalest = holder
  }
  if (holders.length >= MAX_HOLDERS) {
    if (stalest === undefined || now - stalest.heard < IDLE) return undefined
    foldHolder(account, stalest)
  }
  const holder: Holder = { isolate, seq: -1, heard: now, current: EMPTY, before: EMPTY }
  holders.push(holder)
  return holder
}

function foldHolder(account: Account, holder: Holder): void {
  account.folded += countUsed(holder.current, account.strict)
  account.foldedBefore += countUsed(holder.before, account.strict)
  account.holders.splice(account.holders.indexOf(holder), 1)
}

/**
 * Adds up one window.
 * @param late Whether it is the window before the account's newest.
 */
export function addUp(account: Account, late: boolean, now: number): Tally {
  const { strict } = account
  let current = late ? account.foldedBefore : account.folded
  let previous = late ? account.older : account.foldedBefore
  let out = 0
  let open = 0
  let holders = 0
  // Of use whose isolates are not known any more, it is not known when it began either.
  let begins = current > 0 ? 0 : BEGAN_PARTS
  let began = previous > 0 ? 0 : BEGAN_PARTS
  for (const holder of account.holders) {
    const cell = late ? holder.before : holder.current
    current += countUsed(cell, strict)
    if (cell.used > 0 && cell.began < begins) begins = cell.began
    // Tokens count until their window is over, though isolates let them go sooner: a silent one may have used some.
    if (!strict) out += cell.open
    else if (cell.openUntil > now) open += cell.open
    if (cell.used + cell.open > 0) holders++
    if (late) continue
    const { before } = holder
    previous += countUsed(before, strict)
    if (before.used > 0 && before.began < began) began = before.began
  }
  begins %= BEGAN_PARTS
  began %= BEGAN_PARTS
  const period = account.period * 1000
  const elapsed = now - findStart(account, late)
  return {
    current,
    begins,
    previous,
    began,
    confirmed: current + countCarried(previous, began, elapsed, period),
    out,
    open,
    holders,
  }
}

/** Milliseconds since the epoch when the window began by the clock of the epoch. */
export function findStart(account: Account, late: boolean): number {
  const window = late ? account.window - 1 : account.window
  return window * account.period * 1000 - phaseOf(account.lo, account.period)
}
