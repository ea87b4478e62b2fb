/**
 * The limits stage: refuses clients that send more requests than the policy allows.
 *
 * All limits that match a request count it, whatever the others say, unless a refusal that is known here ends it
 * first. An isolate admits requests on allowances and on tokens that a shard has granted it, and asks ahead; only
 * when it has neither does a request wait. `exchange.ts` has what is said, `docs/limits-bound.md` what holds.
 * @module
 */
import type { LimitModel } from '../../bundle/model.ts'
import { NOTHING } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { compileLimit } from './compiled-limit.ts'
import { type Inquiry, inquire } from './inquiry.ts'
import type { Answered, LimitContext, LimitResult } from './limit-check.ts'
import { createOutcomes } from './limit-outcome.ts'
import {
  createLimiterMemory,
  type LimiterMemory,
  type MemoryOptions,
  type MemoryStats,
} from './limiter-memory.ts'
import { createSipKey, type Hash64 } from './sip-hash.ts'
import { createTurns, type Turn } from './turn.ts'
import { type WaitingTurn, waitForTurn } from './waiting-turn.ts'

export interface LimiterOptions extends MemoryOptions {
  /** 16 bytes, the same in every isolate of the deployment: keys the hashes that clients are counted by. */
  readonly secret: Uint8Array
  /** Shards of each region, and of the world. */
  readonly shardCount: number
  /** Of the policy before this one; without it the limits start with none. */
  readonly memory?: LimiterMemory
}

/** Sums since creation of the memory. */
export interface LimiterStats extends Readonly<MemoryStats> {
  /** Keys that gave way to others although their window was not over. */
  readonly evicted: number
}

export interface Limiter {
  readonly stats: LimiterStats
  /**
   * Counts a request and says whether it goes on. Never throws or rejects. Answers at once unless the request has to
   * wait for a shard: then within the longest `timeout_ms` of the limits that matched.
   * @param now Milliseconds since the epoch.
   */
  check(facts: RequestFacts, now: number, context?: LimitContext): LimitResult | Promise<LimitResult>
}

const NO_CONTEXT: LimitContext = {}

/** @throws RangeError when the secret is not 16 bytes long. */
export function createLimiter(limits: readonly LimitModel[], options: LimiterOptions): Limiter {
  const { shardCount, exact = false } = options
  const sipKey = createSipKey(options.secret)
  const compiled = limits
    .filter(({ mode }) => mode !== 'off')
    .map((model) => compileLimit(model, sipKey, shardCount, exact))
  const memory = options.memory ?? createLimiterMemory(options)
  const hasDeferred = compiled.some((limit) => limit.isDeferred)
  const { stats } = memory
  const turns = createTurns(memory)
  const outcomes = createOutcomes(memory, turns)
  memory.longest = Math.max(memory.longest, ...compiled.map(({ client }) => client.longest))

  /** Adds a key's turn; true when a refusal that is known here ends the request. */
  function addTurn(
    { limit, acts, counts, facts, context }: Inquiry,
    { hi, lo }: Hash64,
    isNetwork: boolean,
    found: Turn[],
    now: number,
  ): boolean {
    const counted = isNetwork ? limit.network : limit.client
    const left = acts ? turns.findRefusal(counted, hi, lo, now) : 0
    found.push({
      limit,
      counted,
      isNetwork,
      hi,
      lo,
      queue: memory.queueOf(limit.nameShard(facts.client.colo, hi)),
      acts,
      counts,
      pressure: context.pressure === true,
      reserved: -1,
      left,
      verdict: left > 0 ? 'refused' : 'wait',
    })
    if (left === 0) return false
    stats.blockedLocally++
    return limit.refusals.enforced
  }

  /** Adds the turns of the keys that a limit counts by; true when one ends the request. */
  function addTurns(inquiry: Inquiry, found: Turn[], now: number): boolean {
    const { limit, facts, context } = inquiry
    const values = limit.readsExpressions ? context.expressions?.values(limit.model.id) : undefined
    const { clearedBy } = limit
    const clearance = clearedBy === undefined ? undefined : context.clearance?.(clearedBy)
    const client = limit.keys.hash(facts, values, clearance)
    if (addTurn(inquiry, client, false, found, now)) return true
    const network = limit.keys.hashNetwork(facts, values, clearance)
    return network !== undefined && addTurn(inquiry, network, true, found, now)
  }

  /** Lets each key have its turn; those that wait are given back. */
  function takeAll(found: readonly Turn[], now: number): readonly WaitingTurn[] | undefined {
    let waiting: WaitingTurn[] | undefined
    for (const turn of found) {
      if (turn.verdict === 'refused') continue
      turn.verdict = turns.take(turn, now)
      const wait = turn.verdict === 'wait' ? waitForTurn(turn, turns, memory, now) : undefined
      if (wait === undefined) continue
      waiting ??= []
      waiting.push(wait)
    }
    return waiting
  }

  function kickAll(found: readonly Turn[], now: number, { keepAlive }: LimitContext): void {
    for (const { queue } of found) queue.kick(now, keepAlive)
  }

  function conclude(found: readonly Turn[], now: number, context: LimitContext): LimitResult {
    const result = outcomes.conclude(found, now)
    if (!hasDeferred || result.terminal !== undefined || !found.some(isDeferred)) return result
    return { ...result, settle: createSettle(found, context) }
  }

  function createSettle(found: readonly Turn[], context: LimitContext): NonNullable<LimitResult['settle']> {
    let isDone = false
    return function settle(answered: Answered | undefined, now: number): void {
      if (isDone) return
      isDone = true
      try {
        const time = memory.see(now)
        outcomes.settle(found, answered, context.expressions, time)
        kickAll(found, time, context)
      } catch {
        stats.faults++
      }
    }
  }

  function decide(
    facts: RequestFacts,
    now: number,
    context: LimitContext,
  ): LimitResult | Promise<LimitResult> {
    const time = memory.see(now)
    const found: Turn[] = []
    for (const limit of compiled) {
      const inquiry = inquire(limit, facts, context)
      if (inquiry !== undefined && addTurns(inquiry, found, time))
        return outcomes.conclude(found.length === 1 ? found : found.filter(isRefused), time)
    }
    if (found.length === 0) return NOTHING
    const waiting = takeAll(found, time)
    kickAll(found, time, context)
    return waiting === undefined ? conclude(found, time, context) : finish(found, waiting, time, context)
  }

  /** Waits for the shards. What has come meanwhile, as in tests and replays, needs no promise. */
  function finish(
    found: readonly Turn[],
    waiting: readonly WaitingTurn[],
    now: number,
    context: LimitContext,
  ): LimitResult | Promise<LimitResult> {
    // Shards that answer at once will not say more later.
    if (exact) for (const each of waiting) each.giveUp(now)
    const pending = waiting.filter(({ turn }) => turn.verdict === 'wait')
    if (pending.length === 0) return conclude(found, now, context)
    return Promise.all(pending.map((each) => each.finish(now))).then(() => {
      const end = memory.time(now)
      kickAll(found, end, context)
      return conclude(found, end, context)
    })
  }

  /** Our own code has failed: what is closed stays closed. */
  function failSafely(facts: RequestFacts): LimitResult {
    stats.faults++
    const { host, target, method } = facts
    const closed = compiled.find(
      ({ model, refusals, matches }) =>
        model.on_error === 'closed' && refusals.enforced && matches(host.name, target.path, method),
    )
    return closed === undefined ? NOTHING : { terminal: closed.refusals.unavailable, logged: [] }
  }

  return {
    get stats() {
      return { ...stats, evicted: memory.table.evicted }
    },
    check(facts, now, context = NO_CONTEXT) {
      try {
        const result = decide(facts, now, context)
        return result instanceof Promise ? result.catch(() => failSafely(facts)) : result
      } catch {
        return failSafely(facts)
      }
    },
  }
}

const isRefused = ({ verdict }: Turn): boolean => verdict === 'refused'
const isDeferred = ({ limit }: Turn): boolean => limit.isDeferred
