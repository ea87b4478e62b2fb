/**
 * The accounts of a shard in bounded memory. Clients choose how many keys there are, so what has not been asked
 * about for longest gives way; what is refused or well used gets a second chance first.
 * @module
 */
import { type Account, MAX_HOLDERS } from './account.ts'

export interface AccountBook {
  readonly size: number
  /** Accounts that gave way to others since creation. */
  readonly evicted: number
  /** The account of a key, moved to the end of the line; `undefined` when there is none. */
  find(hi: number, lo: number): Account | undefined
  /** Adds an account that is not there; others give way when there are too many. */
  add(account: Account, now: number): void
  /** To be told how many places of isolates an account has got or lost, since they take memory too. */
  countHolders(change: number, now: number): void
  all(): Iterable<Account>
}

/** Places of isolates for each account that there may be, on average. */
const HOLDERS_PER_ACCOUNT = 2
/** Accounts that get a second chance before one must go. */
const CHANCES = 64
/** Share of the limit from which an account is worth keeping. */
const WELL_USED = 0.1

/** 53 of the 64 bits: the hash is keyed, so nobody can look for two keys that share them. */
function nameKey(hi: number, lo: number): number {
  return hi * 0x20_0000 + (lo >>> 11)
}

function isWorthKeeping(account: Account, now: number): boolean {
  if (account.refusedUntil > now) return true
  let used = account.folded
  for (const { current } of account.holders) used += current.used + current.open
  return used > 1 && used >= account.limit * WELL_USED
}

export function createAccountBook(capacity: number): AccountBook {
  const accounts = new Map<number, Account>()
  // One account may always have all its places.
  const mostHolders = Math.max(capacity * HOLDERS_PER_ACCOUNT, MAX_HOLDERS)
  let hand = accounts.entries()
  let holders = 0
  let evicted = 0

  function remove(key: number, account: Account): void {
    accounts.delete(key)
    holders -= account.holders.length
    evicted++
  }

  /** The account named longest ago. The hand goes on where it was: from the front, it would pass all that is gone. */
  function findOldest(): [number, Account] | undefined {
    let next = hand.next()
    if (next.done) {
      hand = accounts.entries()
      next = hand.next()
    }
    return next.done ? undefined : next.value
  }

  function evict(now: number): void {
    // Never so many that the account just named, which is last, could be reached.
    let chances = Math.min(CHANCES, accounts.size >> 1)
    for (let oldest = findOldest(); oldest !== undefined; oldest = findOldest()) {
      const [key, account] = oldest
      if (chances-- <= 0 || !isWorthKeeping(account, now)) {
        remove(key, account)
        return
      }
      accounts.delete(key)
      accounts.set(key, account)
    }
  }

  return {
    get size() {
      return accounts.size
    },
    get evicted() {
      return evicted
    },
    find(hi, lo) {
      const key = nameKey(hi, lo)
      const account = accounts.get(key)
      if (account === undefined) return undefined
      accounts.delete(key)
      accounts.set(key, account)
      return account
    },
    add(account, now) {
      while (accounts.size >= capacity) evict(now)
      accounts.set(nameKey(account.hi, account.lo), account)
      holders += account.holders.length
    },
    countHolders(change, now) {
      holders += change
      while (holders > mostHolders && accounts.size > 1) evict(now)
    },
    all: () => accounts.values(),
  }
}
