/**
 * What a shard knows as bytes: what survives when the memory it counts in does not. The places of isolates are
 * part of it, so that what they report again afterwards is not counted twice.
 * @module
 */
import {
  type Account,
  type Cell,
  EMPTY,
  type Holder,
  LEASE_MEMORY,
  MAX_HOLDERS,
  openAccount,
} from './account.ts'
import { MAX_LIMIT, MAX_MITIGATION, MAX_PERIOD } from './check-exchange.ts'
import { BEGAN_PARTS, windowOf } from './exchange.ts'
import { createWordReader, createWordWriter, type WordReader, type WordWriter } from './packed-words.ts'
import type { Ledger } from './settle.ts'
import { MAX_ISOLATES, SILENCE } from './settlement-isolates.ts'
import { MOST_STRIKES } from './settlement-refusal.ts'

/** What a snapshot takes. */
export interface SnapshotScope {
  /** Accounts with a longer period than this many seconds, and … */
  readonly minPeriod: number
  /** … those that stay refused for longer than this many milliseconds, whatever their period. */
  readonly minRefusal: number
  /** Most bytes; refusals come first, then what has used a good part of its limit, then what is newest. */
  readonly mostBytes: number
}

/** First word: the layout's version, so that another layout is not misread. */
const LAYOUT = 0x53_57_00_03
const HEADER_BYTES = 4 * 4 + 2 * 8
const ISOLATE_BYTES = 2 * 8
const ACCOUNT_BYTES = 10 * 4 + 4 * 8
const HOLDER_BYTES = 2 * 8 + 9 * 4
/** Share of the limit from which an account comes before others. */
const GOOD_PART = 0.1

export function packLedger(ledger: Ledger, now: number, scope: SnapshotScope): Uint8Array<ArrayBuffer> {
  const isolates = [...ledger.isolates.entries()]
  let bytes = HEADER_BYTES + isolates.length * ISOLATE_BYTES
  const taken: Account[] = []
  for (const account of rankAccounts(ledger.book.all(), now, scope)) {
    const size = ACCOUNT_BYTES + account.holders.length * HOLDER_BYTES
    if (bytes + size > scope.mostBytes) continue
    bytes += size
    taken.push(account)
  }
  if (taken.length === 0) return new Uint8Array(0)
  const writer = createWordWriter(bytes)
  writer.whole(LAYOUT)
  writer.whole(taken.length)
  writer.whole(isolates.length)
  writer.whole(0)
  writer.exact(now)
  writer.exact(ledger.isolates.since)
  for (const [isolate, heard] of isolates) {
    writer.exact(isolate)
    writer.exact(heard)
  }
  for (const account of taken) writeAccount(writer, account, now)
  return writer.finish()
}

/** Accounts in scope, the worthiest class first and the newest of a class first. */
function rankAccounts(accounts: Iterable<Account>, now: number, scope: SnapshotScope): Account[] {
  const refused: Account[] = []
  const busy: Account[] = []
  const others: Account[] = []
  for (const account of accounts) {
    const left = account.refusedUntil - now
    if (left > scope.minRefusal) refused.push(account)
    else if (account.period <= scope.minPeriod || isOver(account, now)) continue
    else if (countRecent(account) >= account.limit * GOOD_PART || account.strikesUntil > now)
      busy.push(account)
    else others.push(account)
  }
  return [...refused.reverse(), ...busy.reverse(), ...others.reverse()]
}

function isOver(account: Account, now: number): boolean {
  if (account.refusedUntil > now || account.strikesUntil > now) return false
  return account.window < windowOf(account.lo, now, account.period) - 1
}

function countRecent(account: Account): number {
  let sum = account.folded + account.foldedBefore
  for (const { current, before } of account.holders) {
    sum += current.used + current.open + before.used + before.open
  }
  return sum
}

function writeAccount(writer: WordWriter, account: Account, now: number): void {
  const { hi, lo, period, limit, strikes, folded, foldedBefore, older, holders } = account
  for (const word of [hi, lo, period, limit, account.strict ? 1 : 0, strikes]) writer.whole(word)
  for (const word of [folded, foldedBefore, older, holders.length]) writer.whole(word)
  for (const number of [account.window, account.refusedUntil, account.strikesUntil, account.struck]) {
    writer.exact(number)
  }
  for (const holder of holders) writeHolder(writer, holder, now)
}

function writeHolder(
  writer: WordWriter,
  { isolate, seq, heard, current, before }: Holder,
  now: number,
): void {
  writer.exact(isolate)
  writer.exact(seq)
  writer.whole(now - heard)
  for (const { used, open, openUntil, began } of [current, before]) {
    writer.whole(used)
    writer.whole(open)
    writer.whole(openUntil - now)
    writer.whole(began)
  }
}

/** Returns how many accounts were added. Accounts that are there already stay as they are. Never throws. */
export function unpackLedger(ledger: Ledger, packed: Uint8Array, now: number): number {
  const accounts = readAccounts(ledger, packed, now)
  let added = 0
  // The newest were written first, and are to be the last to give way.
  for (const account of accounts.reverse()) {
    if (isOver(account, now) || ledger.book.find(account.hi, account.lo) !== undefined) continue
    ledger.book.add(account, now)
    added++
    const { hi, lo, refusedUntil, strikes } = account
    if (refusedUntil > now) ledger.ring.add(hi, lo, refusedUntil, strikes)
  }
  return added
}

function readAccounts(ledger: Ledger, packed: Uint8Array, now: number): Account[] {
  const reader = createWordReader(packed)
  if (reader.whole() !== LAYOUT) return []
  const [count, isolateCount] = [reader.whole(), reader.whole()]
  reader.whole()
  const [taken, since] = [reader.exact(), reader.exact()]
  if (!(isolateCount <= MAX_ISOLATES) || !(count * ACCOUNT_BYTES < packed.length)) return []
  const isolates: [number, number][] = []
  for (let index = 0; index < isolateCount; index++) isolates.push([reader.exact(), reader.exact()])
  const accounts: Account[] = []
  for (let index = 0; index < count; index++) {
    const account = readAccount(reader, taken, now)
    if (account === undefined) return []
    accounts.push(account)
  }
  if (!reader.spent) return []
  // Nobody has listened for as long as the memory was gone.
  ledger.isolates.restore(isolates, now - taken < SILENCE ? Math.min(since, now) : now)
  return accounts
}

/** `undefined` when the bytes are no account. */
function readAccount(reader: WordReader, taken: number, now: number): Account | undefined {
  const [hi, lo, period, limit] = [reader.whole(), reader.whole(), reader.whole(), reader.whole()]
  const [strict, strikes] = [reader.whole(), reader.whole()]
  const [folded, foldedBefore, older] = [reader.whole(), reader.whole(), reader.whole()]
  const holderCount = reader.whole()
  const [window, refusedUntil] = [reader.exact(), reader.exact()]
  const [strikesUntil, struck] = [reader.exact(), reader.exact()]
  const bounded = period >= 1 && period <= MAX_PERIOD && limit >= 1 && limit <= MAX_LIMIT
  const finite = [taken, window, refusedUntil, strikesUntil, struck].every(Number.isFinite)
  if (!(bounded && finite && strict <= 1 && holderCount <= MAX_HOLDERS)) return undefined
  const account: Account = {
    ...openAccount(hi, lo, period, window),
    limit,
    strict: strict === 1,
    folded,
    foldedBefore,
    older,
    strikes: Math.min(strikes, MOST_STRIKES),
    refusedUntil: Math.min(refusedUntil, now + MAX_MITIGATION * 1000),
    strikesUntil: Math.min(strikesUntil, now + 2 * MAX_MITIGATION * 1000),
    struck,
  }
  for (let index = 0; index < holderCount; index++) {
    const holder = readHolder(reader, taken)
    if (holder === undefined) return undefined
    account.holders.push(holder)
  }
  return account
}

function readHolder(reader: WordReader, taken: number): Holder | undefined {
  const [isolate, seq, age] = [reader.exact(), reader.exact(), reader.whole()]
  const holder: Holder = { isolate, seq, heard: taken - age, current: EMPTY, before: EMPTY }
  holder.current = readCell(reader, taken)
  holder.before = readCell(reader, taken)
  return [isolate, seq, age].every(Number.isFinite) ? holder : undefined
}

function readCell(reader: WordReader, taken: number): Cell {
  const [used, open, left, began] = [reader.whole(), reader.whole(), reader.whole(), reader.whole()]
  return { used, open, openUntil: taken + Math.min(left, LEASE_MEMORY), began: began % BEGAN_PARTS }
}
