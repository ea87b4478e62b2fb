/**
 * What becomes of a request when all limits that match it have had their say.
 * @module
 */
import { type Decision, NOTHING } from '../../http/decision.ts'
import type { Standing } from '../../http/rate-limit-fields.ts'
import { readScore } from './compiled-limit.ts'
import type { CountedLimit } from './counted-limit.ts'
import { phaseOf } from './exchange.ts'
import type { Answered, LimitExpressions, LimitResult, Offence } from './limit-check.ts'
import type { LimiterMemory } from './limiter-memory.ts'
import type { Turn, Turns } from './turn.ts'

const announces = ({ limit, isNetwork, acts }: Turn): boolean => limit.model.announce && !isNetwork && acts

/** Milliseconds after which a client may try again that was refused for want of an answer. */
const BUSY_WAIT = 1000

/** What is not finished yet. */
type Building<T> = { -readonly [Name in keyof T]: T[Name] }

export interface Outcomes {
  /** The result of all turns, each of which has a verdict. */
  conclude(turns: readonly Turn[], now: number): LimitResult
  /** Counts what could not be counted before the answer. */
  settle(
    turns: readonly Turn[],
    answered: Answered | undefined,
    expressions: LimitExpressions | undefined,
    now: number,
  ): void
}

export function createOutcomes(memory: LimiterMemory, turns: Turns): Outcomes {
  const { table, rooms } = memory

  /** The decision of one limit; `undefined` when it lets the request pass. */
  function decide({ limit, verdict, left }: Turn): Decision | undefined {
    if (verdict === 'refused') return limit.refusals.refuse(left)
    if (verdict === 'busy') return limit.refusals.refuse(BUSY_WAIT)
    return verdict === 'unavailable' ? limit.refusals.unavailable : undefined
  }

  /** Told once for each refusal. A whole network is no offender: others are in it. */
  function findOffence({ limit, verdict, isNetwork, hi, lo }: Turn): Offence | undefined {
    const { ban, id } = limit.model
    if (ban === undefined || verdict !== 'refused' || isNetwork || !limit.refusals.enforced) return undefined
    const slot = table.find(hi, lo)
    const strikes = slot < 0 ? 0 : table.tellStrikes(slot)
    return strikes > 0 && strikes >= ban.after ? { rule: `limits.${id}`, strikes } : undefined
  }

  function findStanding({ limit, counted, verdict, left, hi, lo }: Turn, now: number): Standing {
    const { period, limit: most } = counted.terms
    const length = period * 1000
    const rest = verdict === 'refused' ? left : length - ((now + phaseOf(lo, period)) % length)
    return {
      id: limit.model.id,
      limit: most,
      period,
      remaining: verdict === 'pass' ? countRemaining(hi, lo, counted, now) : 0,
      reset: Math.max(1, Math.ceil(rest / 1000)),
    }
  }

  /** What is left as far as is known here: less than the limit by what this isolate has admitted, at least. */
  function countRemaining(hi: number, lo: number, { terms }: CountedLimit, now: number): number {
    const slot = table.find(hi, lo)
    if (slot < 0) return terms.limit
    const used = table.used(slot)
    const room = rooms.find(hi, lo, table.windowAt(slot, lo, terms.period, now), used) ?? terms.limit
    return Math.max(0, Math.min(terms.limit - used, room))
  }

  function conclude(all: readonly Turn[], now: number): LimitResult {
    let terminal: Decision | undefined
    let offence: Offence | undefined
    let logged: Decision[] | undefined
    let standings: Standing[] | undefined
    for (const turn of all) {
      const decision = decide(turn)
      const ends = decision?.mode === 'enforce' && terminal === undefined
      if (ends || announces(turn)) {
        standings ??= []
        standings.push(findStanding(turn, now))
      }
      if (decision === undefined) continue
      offence ??= findOffence(turn)
      if (ends) terminal = decision
      else if (decision.mode === 'log') {
        logged ??= []
        logged.push(decision)
      }
    }
    if (terminal !== undefined) undoReserved(all, now)
    if (terminal === undefined && logged === undefined && standings === undefined) return NOTHING
    const result: Building<LimitResult> = { logged: logged ?? NOTHING.logged }
    if (terminal !== undefined) result.terminal = terminal
    if (standings !== undefined) result.standings = standings
    if (offence !== undefined) result.offence = offence
    return result
  }

  /** The request goes no further, so it will not count: nothing stays reserved for it. */
  function undoReserved(all: readonly Turn[], now: number): void {
    for (const turn of all) turns.settle(turn, 0, now)
  }

  function countPoints(
    { limit, counts, verdict }: Turn,
    { response, fromOrigin }: Answered,
    expressions: LimitExpressions | undefined,
  ): number {
    const { id, counting, requests_to_origin, score_header } = limit.model
    if (!counts || verdict !== 'pass') return 0
    if (requests_to_origin && !fromOrigin) return 0
    if (counting?.readsResponse === true && expressions?.counts(id, response) === false) return 0
    return score_header === undefined ? 1 : readScore(response.headers, score_header)
  }

  return {
    conclude,
    settle(all, answered, expressions, now) {
      for (const turn of all) {
        if (!turn.limit.isDeferred) continue
        turns.settle(turn, answered === undefined ? 0 : countPoints(turn, answered, expressions), now)
      }
    },
  }
}
