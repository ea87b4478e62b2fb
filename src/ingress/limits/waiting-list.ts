/**
 * Keys that are to be reported to one shard, and the requests that wait for what it says of them.
 * @module
 */
import type { CountedLimit } from './counted-limit.ts'
import { MAX_QUEUED, MAX_WAITED_KEYS, MAX_WAITERS } from './tuning.ts'

/** A request that waits for the answer for one key. */
export interface Waiter {
  /** Tries again after an answer; false when the request has to wait on. */
  retry(now: number): boolean
  /** There will be no answer. */
  fail(now: number): void
}

export interface Question {
  readonly hi: number
  readonly lo: number
  /** As of the last one who asked. */
  limit: CountedLimit
  readonly waiters: Waiter[]
  /** Number of the message that carried the last report of this key; 0 before the first. */
  seq: number
  isSent: boolean
  /** Somebody has asked since this was last set to false. */
  isWanted: boolean
  /** A request has found nothing left since the last answer, whether it waits or was turned away. */
  isShort: boolean
}

export interface WaitingList {
  /** Questions not yet sent. */
  readonly unsent: number
  find(hi: number, lo: number): Question | undefined
  /** The key's question, made if need be; `undefined` when there are too many. */
  open(hi: number, lo: number, limit: CountedLimit): Question | undefined
  /** Lets a request wait for the answer; false when too many wait. */
  join(question: Question, waiter: Waiter): boolean
  leave(question: Question, waiter: Waiter): void
  /** The next questions to send, those that somebody waits for first. They are unsent until `markSent`. */
  pick(most: number): readonly Question[]
  markSent(question: Question, seq: number): void
  /** Puts back what was sent and not answered. */
  markUnsent(question: Question): void
  close(question: Question): void
  /** Lets the requests try again that wait for this key. */
  wake(question: Question, now: number): void
  /** Tells all requests that wait for this key that there is no answer. */
  fail(question: Question, now: number): void
}

/** Names a key by 53 bits of its keyed hash. */
const nameOf = (hi: number, lo: number): number => (hi & 0x1f_ffff) * 0x1_0000_0000 + lo

export function createWaitingList(): WaitingList {
  const questions = new Map<number, Question>()
  let unsent = 0
  let waited = 0

  function take(question: Question): readonly Waiter[] {
    if (question.waiters.length > 0) waited--
    return question.waiters.splice(0)
  }

  function join(question: Question, waiter: Waiter): boolean {
    const isFirst = question.waiters.length === 0
    if (question.waiters.length >= MAX_WAITERS || (isFirst && waited >= MAX_WAITED_KEYS)) return false
    if (isFirst) waited++
    question.waiters.push(waiter)
    return true
  }

  function find(hi: number, lo: number): Question | undefined {
    const found = questions.get(nameOf(hi, lo))
    return found?.hi === hi && found.lo === lo ? found : undefined
  }

  return {
    get unsent() {
      return unsent
    },
    find,
    open(hi, lo, limit) {
      const known = questions.get(nameOf(hi, lo))
      if (known !== undefined) {
        if (known.hi !== hi) return undefined
        known.limit = limit
        known.isWanted = true
        return known
      }
      if (questions.size >= MAX_QUEUED) return undefined
      const question: Question = {
        hi,
        lo,
        limit,
        waiters: [],
        seq: 0,
        isSent: false,
        isWanted: true,
        isShort: false,
      }
      questions.set(nameOf(hi, lo), question)
      unsent++
      return question
    },
    join,
    leave(question, waiter) {
      const index = question.waiters.indexOf(waiter)
      if (index < 0) return
      question.waiters.splice(index, 1)
      if (question.waiters.length === 0) waited--
    },
    pick(most) {
      const picked: Question[] = []
      for (const isWaitedFor of [true, false]) {
        for (const question of questions.values()) {
          if (picked.length >= most) return picked
          if (!question.isSent && question.waiters.length > 0 === isWaitedFor) picked.push(question)
        }
      }
      return picked
    },
    markSent(question, seq) {
      question.seq = seq
      question.isSent = true
      unsent--
    },
    markUnsent(question) {
      if (!question.isSent) return
      question.isSent = false
      unsent++
    },
    close(question) {
      if (!questions.delete(nameOf(question.hi, question.lo))) return
      if (!question.isSent) unsent--
    },
    wake(question, now) {
      for (const waiter of take(question)) if (!waiter.retry(now)) join(question, waiter)
    },
    fail(question, now) {
      for (const waiter of take(question)) waiter.fail(now)
    },
  }
}
