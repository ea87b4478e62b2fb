/**
 * The limits stage: refuses clients that send more requests than the policy allows.
 *
 * All limits that match a request count it, whatever the others say. A limit whose refusal is already
 * known in this isolate is answered from the block cache, and when that ends the request nothing is asked.
 * @module
 */
import type { LimitModel } from '../../bundle/model.ts'
import { type Decision, NOTHING, type StageResult } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { compileScope, type ScopeMatcher } from '../../http/scope.ts'
import type { Failed } from './counter-client.ts'
import type { Count, Counters, Hit } from './counters.ts'
import type { Timer } from './deadline.ts'
import { createKeyHasher, type KeyHasher } from './key.ts'
import { createLimiterMemory, type LimiterMemory } from './limiter-memory.ts'
import { createRefusals, type Refusals } from './refusal.ts'
import { createSipKey, type Hash64, toHex } from './sip-hash.ts'
import { findLongestBlock } from './sliding-window.ts'
import type { WindowTable } from './window-table.ts'

export interface LimiterOptions {
  readonly counters: Counters
  /** This isolate's own counters, for limits with `on_error: local`. */
  readonly local: WindowTable
  /** Refused clients remembered at the same time; 16 bytes each. */
  readonly blockCapacity: number
  /** 16 bytes, the same in every isolate of the deployment: keys the hashes that clients are counted by. */
  readonly secret: Uint8Array
  readonly timer: Timer
  /** Of the policy before this one; without it the limits start with none. */
  readonly memory?: LimiterMemory
}

/** Sums since creation. */
export interface LimiterStats {
  /** Requests for which the counters were asked. */
  readonly calls: number
  /** Answers that failed, and that came too late. */
  readonly errors: number
  readonly timeouts: number
  /** Questions not asked because the circuit of their shard was open. */
  readonly skipped: number
  /** Refusals answered from the block cache. */
  readonly blockedLocally: number
}

export interface Limiter {
  readonly stats: LimiterStats
  /**
   * Counts a request and says whether it goes on. Never throws or rejects. Answers at once when no limit
   * matches, when the block cache refuses, and when the counters answer at once.
   * @param now Milliseconds since the epoch.
   * @param selects Whether a limit that has a filter is about this request.
   */
  check(facts: RequestFacts, now: number, selects?: LimitSelection): StageResult | Promise<StageResult>
}

/** The answer of a limit's filter for one request, by the id of the limit. */
export type LimitSelection = (id: string) => boolean

interface CompiledLimit {
  readonly model: LimitModel
  readonly matches: ScopeMatcher
  readonly hash: KeyHasher
  readonly refusals: Refusals
  /** Milliseconds. */
  readonly longestBlock: number
}

/** A limit that a request must be counted by. */
interface Question {
  readonly limit: CompiledLimit
  readonly hash: Hash64
  readonly hit: Hit
}

/** @throws RangeError when the secret is not 16 bytes long. */
export function createLimiter(limits: readonly LimitModel[], options: LimiterOptions): Limiter {
  const sipKey = createSipKey(options.secret)
  const compiled = limits.filter(({ mode }) => mode !== 'off').map((model) => compileLimit(model, sipKey))
  const { counters, blockCapacity, timer } = options
  const memory = options.memory ?? createLimiterMemory(counters, blockCapacity, timer)
  const { blocks, client } = memory

  function remember({ limit, hash }: Question, count: Count, now: number): Decision | undefined {
    if (count.allowed) return undefined
    // The counters' clock is not this isolate's: what it says is believed up to the longest refusal there is.
    const until = Math.min(count.until, now + limit.longestBlock)
    blocks.block(hash.hi, hash.lo, until, now)
    return limit.refusals.refuse(until - now)
  }

  function judge(question: Question, answer: Count | Failed, now: number): Decision | undefined {
    if (typeof answer !== 'string') return remember(question, answer, now)
    const { model, refusals } = question.limit
    if (model.on_error === 'open') return undefined
    if (model.on_error === 'closed') return refusals.unavailable
    const [count] = options.local.hit([question.hit], now)
    return count && remember(question, count, now)
  }

  function conclude(
    questions: readonly Question[],
    answers: readonly (Count | Failed)[],
    logged: Decision[],
    now: number,
  ): StageResult {
    let terminal: Decision | undefined
    for (const [index, question] of questions.entries()) {
      // Every answer is looked at, so that each refusal reaches the block cache.
      const decision = judge(question, answers[index] ?? 'error', now)
      if (decision?.mode === 'log') logged.push(decision)
      else terminal ??= decision
    }
    return terminal ? { terminal, logged } : logged.length > 0 ? { logged } : NOTHING
  }

  function check(
    facts: RequestFacts,
    now: number,
    selects?: LimitSelection,
  ): StageResult | Promise<StageResult> {
    const questions: Question[] = []
    const logged: Decision[] = []
    for (const limit of compiled) {
      if (!limit.matches(facts.host.name, facts.target.path, facts.method)) continue
      if (limit.model.filter !== undefined && selects?.(limit.model.id) === false) continue
      const hash = limit.hash(facts)
      const until = blocks.find(hash.hi, hash.lo, now, limit.longestBlock)
      if (until === 0) {
        questions.push({ limit, hash, hit: createHit(limit.model, hash) })
        continue
      }
      memory.blockedLocally++
      const decision = limit.refusals.refuse(until - now)
      if (limit.refusals.enforced) return { terminal: decision, logged }
      logged.push(decision)
    }
    if (questions.length === 0) return logged.length > 0 ? { logged } : NOTHING
    const answers = client.ask(questions.map(toInquiry), now, (index, count) => {
      const question = questions[index]
      if (question) remember(question, count, now)
    })
    if (answers instanceof Promise)
      return answers.then((settled) => conclude(questions, settled, logged, now))
    return conclude(questions, answers, logged, now)
  }

  return {
    check,
    get stats() {
      return { ...client.stats, blockedLocally: memory.blockedLocally }
    },
  }
}

function compileLimit(model: LimitModel, sipKey: ReturnType<typeof createSipKey>): CompiledLimit {
  return {
    model,
    matches: compileScope(model.scope),
    hash: createKeyHasher(model.id, model.characteristics, sipKey),
    refusals: createRefusals(model),
    longestBlock: findLongestBlock(model),
  }
}

function createHit(model: LimitModel, hash: Hash64): Hit {
  const { period, requests_per_period, mitigation_timeout } = model
  return { key: toHex(hash), period, requests_per_period, mitigation_timeout }
}

const toInquiry = ({ hit, limit }: Question): { hit: Hit; timeout: number } => ({
  hit,
  timeout: limit.model.timeout_ms,
})
