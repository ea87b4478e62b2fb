/**
 * Plays a schedule on the real limiter and the real shard, and adds up what was let through in each window.
 * @module
 */
import { type Settlement, windowOf } from '../../src/ingress/limits/exchange.ts'
import { createIsolateEstimate } from '../../src/ingress/limits/isolate-estimate.ts'
import { createKeyHasher } from '../../src/ingress/limits/key.ts'
import type { LimitResult } from '../../src/ingress/limits/limit-check.ts'
import { createLimiter, type Limiter } from '../../src/ingress/limits/limiter.ts'
import { createSipKey } from '../../src/ingress/limits/sip-hash.ts'
import { TUNING, type Tuning } from '../../src/ingress/limits/tuning.ts'
import { findFailureTerm, findSlack } from './bound.ts'
import { createUniform } from './chance.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { createFaultyShard } from './faulty-network.ts'
import type { Act, Schedule } from './schedule.ts'
import { type Callbacks, createCallbacks } from './schemes/callbacks.ts'
import { createFactsOf, createLimitModel } from './schemes/requests.ts'
import { EPOCH } from './schemes/simulated-shards.ts'
import { createShareLedger, type Share, type WindowSum } from './share-ledger.ts'

interface Isolate {
  limiter: Limiter
  number: number
  /** Milliseconds by which its clock is off. */
  offset: number
  window: number
  /** All windows that it has been in. */
  readonly visited: Set<number>
  /** Isolates that it may think there are: the fewest. */
  known: number
  /** Of the window. */
  share: Share
}

const SECRET: Uint8Array = new Uint8Array(16).fill(9)
/** Room for one key and no more than a few. */
const CAPACITY = 16
const EVENTS = 1 << 14
/** Milliseconds after the last step for what is under way. */
const EPILOGUE = 20_000
/** A burst is spread over milliseconds, like requests in life. */
const SPACING = 1

/**
 * @param tuning What is not as shipped.
 * @returns The windows in which requests passed, in their order.
 */
export async function playSchedule(
  schedule: Schedule,
  tuning: Partial<Tuning> = {},
): Promise<readonly WindowSum[]> {
  const { theta, grace } = schedule
  const tuned = { ...TUNING, ...tuning, theta, relaxedTheta: theta, grace }
  const queue = createEventQueue(EVENTS)
  const callbacks = createCallbacks(queue)
  const game = createGame(schedule, tuned, queue, callbacks)

  async function pass(until: number): Promise<void> {
    while (queue.next <= until) {
      queue.step()
      await callbacks.settle()
    }
    queue.advance(until)
  }

  for (const { wait, act } of schedule.steps) {
    await pass(queue.now + wait)
    if (act.kind === 'requests') {
      for (let count = 0; count < act.count; count++) {
        game.request(act.isolate)
        await callbacks.settle()
        await pass(queue.now + SPACING)
      }
    } else game.disturb(act)
  }
  await pass(queue.now + EPILOGUE)
  return game.addUp()
}

interface Game {
  /** @param isolate -1 for all. */
  request(isolate: number): void
  disturb(act: Exclude<Act, { kind: 'requests' }>): void
  addUp(): readonly WindowSum[]
}

function createGame(schedule: Schedule, tuning: Tuning, queue: EventQueue, callbacks: Callbacks): Game {
  const { limit, period, accuracy } = schedule
  const uniform = createUniform(schedule.seed)
  const shard = createFaultyShard(schedule.weather, period, uniform, callbacks, () => EPOCH + queue.now)
  const model = createLimitModel({ ...schedule, scope: 'colo' }, schedule.onError)
  const facts = createFactsOf(1)(0, 0)
  const { lo } = createKeyHasher(model.id, model.characteristics, createSipKey(SECRET)).hash(facts)
  const ledger = createShareLedger()
  const context = { keepAlive: () => callbacks.stir() }

  function startIsolate(offset: number): Isolate {
    const number = Math.floor(uniform() * 2 ** 52)
    const clock = (): number => EPOCH + queue.now + isolate.offset
    const estimate = createIsolateEstimate(tuning.unheardIsolates.colo)
    let least = Number.POSITIVE_INFINITY
    function hear({ isolates }: Settlement, sentAt: number): void {
      least = Math.min(least, isolates)
      estimate.hear(isolates, clock())
      // What comes late may have been given up, and not be believed: from then on the least is assumed.
      if (EPOCH + queue.now - sentAt >= tuning.giveUpMs) isMurky = true
      isolate.known = isMurky ? least : estimate.count
    }
    let isMurky = false
    // Reports bring a key into the window that they are about, though no request has come in it.
    const shards = shard.connect(() => bringForward(isolate), hear)
    const options = { shards, shardCount: 1, secret: SECRET, timer: callbacks.after, random: uniform, tuning }
    const isolate: Isolate = {
      limiter: createLimiter([model], { ...options, isolate: number, capacity: CAPACITY, clock }),
      number,
      offset,
      known: tuning.unheardIsolates.colo,
      window: Number.NEGATIVE_INFINITY,
      visited: new Set(),
      share: ledger.open(0),
    }
    return isolate
  }

  const isolates = Array.from({ length: schedule.isolates }, () => startIsolate(0))

  /** The window that the isolate counts in: one that its clock has just left again, it stays in. */
  function bringForward(isolate: Isolate): void {
    const window = windowOf(lo, EPOCH + queue.now + isolate.offset, period)
    if (window === isolate.window || window === isolate.window - 1) return
    // It counts there anew: at once, or when it comes again to where it has been.
    if (window < isolate.window || isolate.visited.has(window)) shard.forgive(isolate.number)
    isolate.visited.add(window)
    isolate.window = window
    isolate.share = ledger.open(window)
  }

  function ask(isolate: Isolate): void {
    const { limiter } = isolate
    bringForward(isolate)
    const { share } = isolate
    share.takesPart = true
    share.known = Math.min(share.known, isolate.known)
    const failures = countFailures(limiter)
    const result = limiter.check(facts, EPOCH + queue.now + isolate.offset, context)

    function conclude(answer: LimitResult): void {
      if (countFailures(limiter) > failures) share.hasFailed = true
      if (answer.terminal !== undefined) return
      bringForward(isolate)
      // One that began to wait in another window may be counted in either.
      if (isolate.share === share) share.admitted++
    }

    if (result instanceof Promise) {
      callbacks.stir()
      void result.then(conclude)
    } else conclude(result)
  }

  return {
    request(index) {
      for (const isolate of index < 0 ? isolates : isolates.slice(index, index + 1)) ask(isolate)
    },
    disturb(act) {
      if (act.kind === 'shard restarts') return shard.restart(act.keeps)
      if (act.kind === 'shard clock') return shard.setClock(act.by)
      const isolate = isolates[act.isolate]
      if (isolate === undefined) return
      if (act.kind === 'isolate clock') isolate.offset += act.by
      else isolates[act.isolate] = startIsolate(isolate.offset)
    },
    addUp() {
      for (const { limiter } of isolates)
        if (limiter.stats.faults > 0) throw new Error('the limiter broke down: it has a defect')
      const terms = { limit, mode: accuracy, theta: schedule.theta, grace: schedule.grace }
      return ledger.addUp((window, shares) => {
        const slack = shares.reduce((sum, { known }) => sum + findSlack({ ...terms, isolates: known }), 0)
        const forgotten = shard.forgotten.get(window) ?? 0
        const failed = shares.reduce(
          (sum, { known, hasFailed }) =>
            sum + (hasFailed ? findFailureTerm(limit, known, schedule.onError) : 0),
          0,
        )
        return { slack, forgotten, failed, bound: limit + slack + forgotten + failed }
      })
    },
  }
}

/** Requests that were decided without the shard because it could not be reached. */
function countFailures({ stats }: Limiter): number {
  return stats.local
}
