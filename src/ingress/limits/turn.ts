/**
 * One request at one key of one limit: whether it may pass, and what that costs.
 * @module
 */
import type { CompiledLimit } from './compiled-limit.ts'
import { type CountedLimit, graceOf } from './counted-limit.ts'
import type { Urgency } from './exchange-pace.ts'
import type { ExchangeQueue } from './exchange-queue.ts'
import type { LimiterMemory } from './limiter-memory.ts'

export type Verdict =
  | 'pass'
  /** No answer is at hand: there has to be one from the shard. */
  | 'wait'
  | 'refused'
  /** Refused for now, as nobody can say: not a verdict on the client. */
  | 'busy'
  /** Refused, as the shard does not answer and the limit lets nothing pass uncounted. */
  | 'unavailable'

export interface Turn {
  readonly limit: CompiledLimit
  readonly counted: CountedLimit
  /** The key is that of an IPv6 network that the client is in. */
  readonly isNetwork: boolean
  readonly hi: number
  readonly lo: number
  readonly queue: ExchangeQueue
  /** Whether the limit may refuse this request. */
  readonly acts: boolean
  /** Whether it counts, as far as can be said before the answer. */
  readonly counts: boolean
  readonly pressure: boolean
  /** Window of the token that was taken for a request that may turn out not to count; -1 without one. */
  reserved: number
  /** Milliseconds that a refusal goes on. */
  left: number
  verdict: Verdict
}

export interface Turns {
  /** Milliseconds for which the key is known to be refused, or 0. Then nothing is counted and nobody asked. */
  findRefusal(counted: CountedLimit, hi: number, lo: number, now: number): number
  /** Decides, and counts if it says `pass`. */
  take(turn: Turn, now: number): Verdict
  /** What to say when no answer will come, as the limit's `on_error` has it. */
  decideAlone(turn: Turn, now: number): Verdict
  /** Counts a request whose points are known now; 0 undoes what had been reserved for it. */
  settle(turn: Turn, points: number, now: number): void
}

/** Ask for more when this part of the last grant is left. */
const RESERVE = 3

export function createTurns(memory: LimiterMemory): Turns {
  const { table, tuning, stats } = memory

  function placeNow({ counted, hi, lo }: Turn, now: number): number {
    const slot = table.place(hi, lo, now)
    table.roll(slot, lo, counted.terms.period, graceOf(counted, tuning), now)
    return slot
  }

  /** Requests of a window that this isolate admits without asking. */
  function findAllowance({ counted, queue, pressure }: Turn, slot: number): number {
    if (counted.isStrict || table.wasRefused(slot)) return 0
    const theta = counted.isRelaxed || pressure ? tuning.relaxedTheta : tuning.theta
    const share = Math.floor((theta * counted.terms.limit) / queue.isolates)
    // What went beyond it in the window before is paid back by half: floods do not get it again and again.
    const beyond = Math.max(0, table.before(slot) - share)
    return Math.max(0, share - Math.ceil(beyond / 2))
  }

  function ask({ queue, hi, lo, counted, pressure }: Turn, urgency: Urgency, now: number): void {
    queue.ask(hi, lo, counted, urgency, now, pressure)
  }

  /** Counts points, and asks when little is left. */
  function spend(turn: Turn, slot: number, points: number, allowance: number, now: number): void {
    const held = table.held(slot, now)
    table.spend(slot, points, allowance, turn.counted.terms.period, now)
    if (turn.counted.isStrict) {
      // Each token was counted when it was granted: only what went beyond is news.
      if (points > held) ask(turn, 'ahead', now)
    } else if (held >= points) {
      if ((held - points) * RESERVE <= table.lastGrant(slot)) ask(turn, 'ahead', now)
    } else {
      const used = table.used(slot)
      // With grace left there is time, and clients at their limit would ask with every request.
      if (used > allowance) ask(turn, table.grace(slot) > 0 ? 'ahead' : 'urgent', now)
      else if (used === allowance) ask(turn, 'ahead', now)
      else if (used * 2 >= allowance) ask(turn, 'aside', now)
    }
  }

  /** Lets the request pass. What counts later takes nothing yet, unless each has to have its token. */
  function pass(turn: Turn, slot: number, allowance: number, now: number): Verdict {
    const { limit, counted, lo } = turn
    if (!limit.isDeferred) spend(turn, slot, 1, allowance, now)
    else if (counted.isStrict && turn.reserved < 0) {
      table.spend(slot, 1, allowance, counted.terms.period, now)
      turn.reserved = table.windowAt(slot, lo, counted.terms.period, now)
      counted.reservations?.add(turn.hi, lo, turn.reserved)
    }
    return 'pass'
  }

  /** Requests of a window that this isolate would admit if it were on its own. */
  function findShare({ counted, queue }: Turn): number {
    const { limit } = counted.terms
    return counted.onError === 'open' ? limit : Math.ceil(limit / queue.isolates)
  }

  /** There is neither token nor allowance nor grace: somebody has to be asked. */
  function exceed(turn: Turn, slot: number, allowance: number, now: number): Verdict {
    const { counted, queue } = turn
    if (counted.waits) return 'wait'
    ask(turn, 'urgent', now)
    if (!queue.answersWithin(counted.timeout, now)) {
      stats.skipped++
      return decideAlone(turn, now)
    }
    const isFree =
      !turn.limit.refusals.enforced || table.used(slot) < Math.ceil(counted.terms.limit / queue.isolates)
    return isFree ? pass(turn, slot, allowance, now) : 'busy'
  }

  function decideAlone(turn: Turn, now: number): Verdict {
    stats.local++
    if (turn.counted.onError === 'closed') return 'unavailable'
    const slot = placeNow(turn, now)
    if (table.used(slot) >= findShare(turn)) return 'busy'
    return pass(turn, slot, findAllowance(turn, slot), now)
  }

  /** Its token is used now, or given back. The shard hears of it soon, as until then nobody else can have it. */
  function settleReserved(turn: Turn, slot: number, points: number, now: number): void {
    const { counted, hi, lo, reserved } = turn
    turn.reserved = -1
    counted.reservations?.remove(hi, lo, reserved)
    const current = table.windowAt(slot, lo, counted.terms.period, now)
    if (points === 0) table.giveBack(slot, reserved, current, now)
    ask(turn, 'ahead', now)
    if (points > 1) spend(turn, slot, points - 1, 0, now)
  }

  return {
    findRefusal(counted, hi, lo, now) {
      const slot = table.find(hi, lo)
      return slot < 0 ? 0 : table.refusedFor(slot, now, counted.longest)
    },
    take(turn, now) {
      const { counted, limit, hi, lo } = turn
      // What does not count needs no place.
      if (!turn.counts && table.find(hi, lo) < 0) return 'pass'
      const slot = placeNow(turn, now)
      turn.left = table.refusedFor(slot, now, counted.longest)
      if (turn.left > 0) return turn.acts ? 'refused' : 'pass'
      if (!turn.counts) return 'pass'
      const allowance = findAllowance(turn, slot)
      const hasRoom =
        table.used(slot) < allowance || table.held(slot, now) > 0 || table.grace(slot) > 0 || !turn.acts
      if (!hasRoom) return exceed(turn, slot, allowance, now)
      // Whoever is only counted does not wait, and what counts later is counted then.
      if (!turn.acts && limit.isDeferred) return 'pass'
      return pass(turn, slot, allowance, now)
    },
    decideAlone,
    settle(turn, points, now) {
      if (points === 0 && turn.reserved < 0) return
      const slot = placeNow(turn, now)
      if (turn.reserved >= 0) settleReserved(turn, slot, points, now)
      else spend(turn, slot, points, findAllowance(turn, slot), now)
    },
  }
}
