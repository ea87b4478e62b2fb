/**
 * What an isolate has to tell one shard and ask of it: gathered, paced, and sent one message at a time.
 *
 * A request that opens a batch keeps it alive. The runtime may end that request all the same, and its timers and
 * calls with it; so nothing here relies on them: what is overdue is taken up by the next request that asks.
 * @module
 */
import { type Circuit, createCircuit } from './circuit.ts'
import type { CountedLimit } from './counted-limit.ts'
import { MAX_REPORTS, type Report, type Settlement } from './exchange.ts'
import {
  type Chain,
  createPlan,
  endChain,
  holdChain,
  isOver,
  type KeepAlive,
  openChain,
} from './exchange-chain.ts'
import { makeReport, takeAnswer, takeVerdict } from './exchange-message.ts'
import { createPace, type Urgency } from './exchange-pace.ts'
import { createIsolateEstimate } from './isolate-estimate.ts'
import type { QueuePorts } from './queue-ports.ts'
import { scopeOf } from './shard-name.ts'
import { MAX_ASIDE } from './tuning.ts'
import { createWaitingList, type Question, type Waiter } from './waiting-list.ts'

export interface ExchangeQueue {
  /** Isolates that the shard has lately heard, as it last said. */
  readonly isolates: number
  /** Whether nothing is on its way or waiting to go. */
  readonly isIdle: boolean
  /** Asks about a key, or only reports it; `undefined` when there is no room. Sends nothing yet: see `kick`. */
  ask(
    hi: number,
    lo: number,
    limit: CountedLimit,
    urgency: Urgency,
    now: number,
    pressure: boolean,
  ): Question | undefined
  /** Lets a request wait for a question's answer; false when too many do. */
  join(question: Question, waiter: Waiter): boolean
  /** A request has waited for as long as it may. */
  leave(question: Question, waiter: Waiter, now: number): void
  /** Whether there is hope for an answer within `timeout` milliseconds. */
  answersWithin(timeout: number, now: number): boolean
  /** Sends what is due, and sees to it that the rest will be. */
  kick(now: number, keepAlive: KeepAlive | undefined): void
}

/** A message on its way. */
interface Flight {
  readonly seq: number
  readonly sentAt: number
  readonly setBacks: number
  readonly questions: readonly Question[]
  readonly reports: readonly Report[]
  readonly chain: Chain
  /** Somebody has given up waiting for it. */
  isLate: boolean
}

/** Exchanges one after another in one go, with shards that answer at once. */
const MAX_ROUNDS = 16
/** Milliseconds for which a shard that says it is overloaded is left alone: at least, and at most so many more. */
const OVERLOADED_PAUSE = 1000
const OVERLOADED_JITTER = 4000

/** @param name The shard's. */
export function createExchangeQueue(name: string, ports: QueuePorts): ExchangeQueue {
  const { table, tuning, stats, shards } = ports
  const circuit: Circuit = createCircuit()
  const list = createWaitingList()
  const pace = createPace(tuning)
  const plan = createPlan(ports)
  const isolates = createIsolateEstimate(tuning.unheardIsolates[scopeOf(name)])
  let cursor = 0
  let flight: Flight | undefined
  let latency = 0
  let answeredAt = 0

  function prepare(now: number, chain: Chain): Flight | undefined {
    const questions: Question[] = []
    const reports: Report[] = []
    for (const question of list.pick(MAX_REPORTS)) {
      const report = makeReport(question, table, tuning, now)
      if (report === undefined) {
        list.close(question)
        continue
      }
      questions.push(question)
      reports.push(report)
    }
    if (reports.length === 0) return undefined
    const seq = ports.nextSeq()
    for (const question of questions) list.markSent(question, seq)
    return { seq, sentAt: now, setBacks: ports.setBacks(), questions, reports, chain, isLate: false }
  }

  /** The flight that was under way is over, one way or the other; what it asked stays to be asked. */
  function putBack({ questions, seq }: Flight): void {
    for (const question of questions) if (question.seq === seq) list.markUnsent(question)
  }

  function finishQuestion(question: Question, now: number): void {
    list.markUnsent(question)
    question.isWanted = false
    question.isShort = false
    list.wake(question, now)
    if (question.waiters.length > 0) pace.hasten('wait', now, false)
    else if (!question.isWanted) list.close(question)
  }

  function takeVerdicts({ verdicts }: Settlement, now: number): void {
    for (const verdict of verdicts) {
      takeVerdict(verdict, ports.longest(), table, now)
      const question = list.find(verdict.hi, verdict.lo)
      if (question !== undefined) list.wake(question, now)
    }
  }

  function succeed(sent: Flight, settlement: Settlement, now: number): void {
    if (settlement.answers.length < sent.reports.length) {
      fail(sent, undefined, now)
      return
    }
    circuit.succeed()
    latency = now - sent.sentAt
    answeredAt = now
    if (flight === sent) {
      flight = undefined
      isolates.hear(settlement.isolates, now)
      cursor = settlement.cursor
    }
    const isInTime = sent.setBacks === ports.setBacks()
    for (const [index, question] of sent.questions.entries()) {
      const report = sent.reports[index]
      const answer = settlement.answers[index]
      if (report === undefined || answer === undefined) continue
      // Only the answer to the newest report of a key may add tokens: the shard takes older ones for lost.
      const isLast = question.seq === sent.seq && list.find(question.hi, question.lo) === question
      const posting = { sentAt: sent.sentAt, isCurrent: isLast && isInTime }
      takeAnswer(question, report, answer, posting, table, tuning, now)
      // A strict limit's shard has taken the tokens off that are still to be used.
      const unused = report.terms.strict ? report.held + answer.grant : 0
      ports.noteRoom(report, answer.room + unused)
      if (isLast) finishQuestion(question, now)
    }
    takeVerdicts(settlement, now)
  }

  function fail(sent: Flight, error: unknown, now: number): void {
    stats.errors++
    if (isOverloaded(error))
      circuit.trip(now, OVERLOADED_PAUSE + Math.floor(ports.random() * OVERLOADED_JITTER))
    else circuit.fail(now)
    if (flight !== sent) return
    flight = undefined
    putBack(sent)
    for (const question of sent.questions) list.fail(question, now)
    pace.hasten('ahead', now, false)
  }

  /** Gives a message up that is not answered, or whose request the runtime has ended. */
  function abandon(lost: Flight, now: number): void {
    flight = undefined
    if (!lost.isLate) circuit.fail(now)
    stats.errors++
    endChain(lost.chain)
    putBack(lost)
    for (const question of lost.questions) list.fail(question, now)
    pace.hasten('urgent', now, false)
  }

  /** Sends one message; false when it has gone on its way and is not answered yet. */
  function send(now: number, chain: Chain): boolean {
    pace.begin(now)
    const sent = prepare(now, chain)
    if (list.unsent > 0) pace.hasten('wait', now, false)
    if (sent === undefined) return true
    stats.calls++
    stats.reports += sent.reports.length
    flight = sent
    try {
      const message = { isolate: ports.isolate, seq: sent.seq, since: cursor, reports: sent.reports }
      const answer = shards.exchange(name, message, now)
      if (!isPromise(answer)) {
        succeed(sent, answer, now)
        return true
      }
      holdChain(chain)
      answer.then(
        (settlement) => land(() => succeed(sent, settlement, ports.time(now)), now, chain),
        (error: unknown) => land(() => fail(sent, error, ports.time(now)), now, chain),
      )
      return false
    } catch (error) {
      fail(sent, error, now)
      return true
    }
  }

  /** What comes after an exchange, in the request that started it. Nobody is there to catch an error. */
  function land(finish: () => void, sentAt: number, chain: Chain): void {
    try {
      finish()
      proceed(ports.time(sentAt), chain)
    } catch {
      stats.faults++
      endChain(chain)
    }
  }

  /** Sends what is due, again and again; then waits for what is due later. */
  function proceed(now: number, chain: Chain): void {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (flight !== undefined || pace.due === Number.POSITIVE_INFINITY || isOver(chain, now)) break
      if (pace.due > now) {
        plan.set(pace.due, now, chain, (later) => proceed(later, chain))
        return
      }
      if (!circuit.admits(now)) break
      if (!send(now, chain)) return
    }
    endChain(chain)
  }

  return {
    get isolates() {
      return isolates.count
    },
    get isIdle() {
      return flight === undefined && list.unsent === 0
    },
    ask(hi, lo, limit, urgency, now, pressure) {
      if (urgency === 'aside' && list.unsent >= MAX_ASIDE) return undefined
      const question = list.open(hi, lo, limit)
      if (question === undefined) return undefined
      if (urgency === 'wait' || urgency === 'urgent') question.isShort = true
      if (!question.isSent) pace.hasten(urgency, now, pressure, limit.terms.period)
      return question
    },
    join: list.join,
    leave(question, waiter, now) {
      list.leave(question, waiter)
      if (flight === undefined || !question.isSent || flight.isLate) return
      flight.isLate = true
      circuit.fail(now)
    },
    answersWithin(timeout, now) {
      if (circuit.isOpen) return false
      if (flight !== undefined && now - flight.sentAt > timeout) return false
      return latency <= timeout || now - answeredAt > tuning.slowMs || now < answeredAt
    },
    kick(now, keepAlive) {
      if (flight !== undefined) {
        const age = now - flight.sentAt
        if (age >= 0 && age <= tuning.giveUpMs) return
        abandon(flight, now)
      }
      if (pace.due === Number.POSITIVE_INFINITY || (pace.due > now && plan.covers(pace.due, now))) return
      proceed(now, openChain(keepAlive, now))
    },
  }
}

const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as Promise<T>).then === 'function'

function isOverloaded(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && (error as { overloaded?: boolean }).overloaded === true
  )
}
