/**
 * One shard of the counters: takes in what isolates report, grants tokens and refuses.
 *
 * In one window no more is granted than the limit, less what is confirmed and what may still be used of earlier
 * grants, and beyond that at most one token for each isolate, so that none is cut off by what others hold and do
 * not use. Refusals come from confirmed use only. Whatever becomes of the messages,
 * admitted ≤ limit + isolates · (allowance + grace + 1).
 * @module
 */
import { createAccountBook } from './account-book.ts'
import type { Exchange, Settlement } from './exchange.ts'
import { type Ledger, settle } from './settle.ts'
import { createKnownIsolates } from './settlement-isolates.ts'
import { packLedger, type SnapshotScope, unpackLedger } from './settlement-snapshot.ts'
import { createVerdictRing } from './settlement-verdicts.ts'

export interface CounterShard {
  /** Accounts at the moment, and those that gave way to others since creation. */
  readonly live: number
  readonly evicted: number
  /** Reports whose window could not be: one of the clocks is more than a period off. */
  readonly mislabelled: number
  /**
   * Takes a message in and answers its reports in their order. Never throws for messages in which
   * `findBadExchange` finds nothing. A key is named at most once in a message.
   * @param now Milliseconds since the epoch.
   */
  exchange(message: Exchange, now: number): Settlement
  /** What is in scope, packed; empty when nothing is. */
  snapshot(now: number, scope: SnapshotScope): Uint8Array
  /** Adds what was packed and returns the number of accounts. Leaves out what is over or cannot be read. */
  restore(packed: Uint8Array, now: number): number
}

export interface SettlementOptions {
  /** Keys counted at the same time. */
  readonly accounts?: number
}

const MAX_ACCOUNTS = 50_000

export function createSettlement(options: SettlementOptions = {}): CounterShard {
  const ledger: Ledger = {
    book: createAccountBook(options.accounts ?? MAX_ACCOUNTS),
    ring: createVerdictRing(),
    isolates: createKnownIsolates(),
    mislabelled: 0,
  }
  return {
    get live() {
      return ledger.book.size
    },
    get evicted() {
      return ledger.book.evicted
    },
    get mislabelled() {
      return ledger.mislabelled
    },
    exchange: (message, now) => exchange(ledger, message, Math.floor(now)),
    snapshot: (now, scope) => packLedger(ledger, Math.floor(now), scope),
    restore: (packed, now) => unpackLedger(ledger, packed, Math.floor(now)),
  }
}

function exchange(ledger: Ledger, message: Exchange, now: number): Settlement {
  const { ring, isolates } = ledger
  isolates.hear(message.isolate, now)
  const before = ring.head(now)
  const told = ring.tell(message.since, now)
  const answers = message.reports.map((report) => settle(ledger, report, message, now))
  return {
    answers,
    isolates: isolates.count(now),
    verdicts: told.verdicts,
    // Refusals made just now are among the answers: they need not be told again.
    cursor: told.cursor === before ? ring.head(now) : told.cursor,
  }
}
