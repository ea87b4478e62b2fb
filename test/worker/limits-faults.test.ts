import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Accuracy, LimitModel, OnError } from '../../src/bundle/model.ts'
import { createLimiter, type Limiter } from '../../src/ingress/limits/limiter.ts'
import { durableShards } from '../../src/worker/counter-shards.ts'
import { startTimer } from '../../src/worker/start-timer.ts'
import { createLimit, createRequest } from '../ingress/limits/request.ts'
import {
  createFaultyShards,
  type Fault,
  type FaultyShards,
  forgetful,
  hanging,
  healthy,
  overloaded,
  resetting,
  slow,
  throwing,
} from './faulty-shards.ts'

const START = Date.UTC(2026, 10, 23, 12, 0, 1)
const LIMIT = 40
/** Milliseconds that a request may wait for a shard. */
const TIMEOUT = 150
/** Taken for granted by an isolate that has heard of no shard: docs/limits-bound.md. */
const UNHEARD = 8
/** Per isolate: what is admitted without asking, when one isolate is all there is and when eight are assumed. */
const ALLOWANCE: Readonly<Record<Accuracy, readonly [known: number, unheard: number]>> = {
  strict: [0, 0],
  balanced: [0.5 * LIMIT, Math.floor((0.5 * LIMIT) / UNHEARD)],
  relaxed: [0.8 * LIMIT, Math.floor((0.8 * LIMIT) / UNHEARD)],
}
const GRACE = 2
const MODES: readonly Accuracy[] = ['strict', 'balanced', 'relaxed']
const ON_ERROR: readonly OnError[] = ['local', 'open', 'closed']

interface Answer {
  readonly status: number
  readonly retryAfter: number
  /** Milliseconds that it took. */
  readonly waited: number
}

interface Scene {
  readonly shards: FaultyShards
  readonly isolates: readonly Limiter[]
  /** So many requests of one client, `gap` milliseconds apart, to one isolate after the other. */
  send(client: string, count: number, gap: number): Promise<readonly Answer[]>
}

let seed = 0
function createScene(change: Partial<LimitModel>, isolates = 1): Scene {
  const shards = createFaultyShards()
  const limit = createLimit({
    period: 3600,
    requests_per_period: LIMIT,
    mitigation_timeout: 600,
    timeout_ms: TIMEOUT,
    counting_scope: 'colo',
    ...change,
  })
  const limiters = Array.from({ length: isolates }, () =>
    createLimiter([limit], {
      shards: durableShards(shards.namespace),
      secret: new Uint8Array(16).fill(3),
      timer: startTimer,
      isolate: ++seed,
      random: () => 0.5,
      clock: Date.now,
      shardCount: 4,
    }),
  )
  let turn = 0
  async function ask(client: string): Promise<Answer> {
    const asked = Date.now()
    const limiter = limiters[turn++ % limiters.length] as Limiter
    const facts = createRequest({ address: client })
    const { terminal } = await limiter.check(facts, asked, { keepAlive: () => {} })
    const waited = Date.now() - asked
    return { status: terminal?.status ?? 200, retryAfter: terminal?.retryAfter ?? 0, waited }
  }
  return {
    shards,
    isolates: limiters,
    async send(client, count, gap) {
      const answers: Promise<Answer>[] = []
      for (let n = 0; n < count; n++) {
        answers.push(ask(client))
        await vi.advanceTimersByTimeAsync(gap)
      }
      await vi.advanceTimersByTimeAsync(TIMEOUT)
      return settledOf(answers)
    },
  }
}

const LOST: Answer = { status: 0, retryAfter: 0, waited: Number.POSITIVE_INFINITY }

/** What has been answered by now: a request that is lost must fail the test, not hold it up. */
async function settledOf(answers: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  const settled = answers.map(() => LOST)
  for (const [index, answer] of answers.entries())
    answer.then((value) => {
      settled[index] = value
    })
  await vi.advanceTimersByTimeAsync(0)
  return settled
}

const passed = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 200).length
const longestWait = (answers: readonly Answer[]): number => Math.max(...answers.map(({ waited }) => waited))
const statusesOf = (answers: readonly Answer[]): number[] =>
  [...new Set(answers.map(({ status }) => status))].sort()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.setSystemTime(START)
})
afterEach(() => {
  vi.useRealTimers()
})

const FAULTS: readonly (readonly [name: string, fault: Fault | 'unreachable'])[] = [
  ['answers much too late', slow(400)],
  ['is overloaded', overloaded],
  ['throws', throwing],
  ['is reset again and again', resetting],
  ['does not get its answers through', forgetful],
  ['cannot be reached', 'unreachable'],
  ['never answers', hanging],
]

function breakDown(shards: FaultyShards, fault: Fault | 'unreachable'): void {
  if (fault === 'unreachable') shards.isUnreachable = true
  else shards.fault = fault
}

/** Most and least that may pass in one window while the shard has never answered. */
function expectedPasses(onError: OnError, accuracy: Accuracy): readonly [least: number, most: number] {
  if (onError === 'open') return [LIMIT, LIMIT]
  if (onError === 'local') return [LIMIT / UNHEARD, LIMIT / UNHEARD + GRACE]
  return accuracy === 'strict' ? [0, 0] : [0, ALLOWANCE[accuracy][1] + GRACE]
}

describe.each(FAULTS.filter(([name]) => name !== 'answers much too late'))('a shard that %s', (_, fault) => {
  describe.each(ON_ERROR)('on_error: %s', (onError) => {
    test.each(MODES)('is no way past a limit in mode %s, and holds nobody up', async (accuracy) => {
      const { shards, send } = createScene({ on_error: onError, accuracy })
      breakDown(shards, fault)
      const answers = await send('192.0.2.1', 500, 20)
      const [least, most] = expectedPasses(onError, accuracy)
      expect(passed(answers)).toBeGreaterThanOrEqual(least)
      expect(passed(answers)).toBeLessThanOrEqual(most)
      expect(longestWait(answers)).toBeLessThanOrEqual(TIMEOUT)
      const refusals = statusesOf(answers).filter((status) => status !== 200)
      // Before anybody knows that the shard fails, a relaxed limit refuses for a moment what it cannot place.
      if (onError !== 'closed') expect(refusals).toEqual([429])
      else expect(refusals.filter((status) => status !== 429 || accuracy !== 'relaxed')).toEqual([503])
      for (const { status, retryAfter } of answers)
        if (status !== 200) expect(retryAfter).toBeGreaterThanOrEqual(1)
    })

    test('keeps every client apart from the others', async () => {
      const { shards, send } = createScene({ on_error: onError, accuracy: 'strict' })
      breakDown(shards, fault)
      const first = await send('192.0.2.1', 60, 5)
      const second = await send('192.0.2.2', 60, 5)
      expect(passed(second)).toBe(passed(first))
    })
  })

  test.each(MODES)('is asked by its own circuit’s measure, in mode %s', async (accuracy) => {
    const { shards, send } = createScene({ on_error: 'local', accuracy })
    breakDown(shards, fault)
    const isRetried = fault === resetting || fault === forgetful
    let calls = 0
    const { getByName } = shards.namespace
    shards.namespace.getByName = (name) => {
      calls++
      return getByName(name)
    }
    for (let n = 0; n < 100; n++) await send(`192.0.2.${n}`, 10, 5)
    // Three to open the circuit and one a second after that; each sent again once where that may help.
    const seconds = (Date.now() - START) / 1000
    expect(calls).toBeLessThanOrEqual((isRetried ? 2 : 1) * (3 + seconds + 1))
    expect(calls).toBeGreaterThan(0)
  })

  test.each(MODES)('is counted by again when it is well, in mode %s', async (accuracy) => {
    const { shards, send } = createScene({ on_error: 'local', accuracy })
    breakDown(shards, fault)
    const before = await send('192.0.2.1', 100, 20)
    shards.isUnreachable = false
    shards.fault = healthy
    // An overloaded shard is left alone for five seconds at most, and a message is given up after one.
    await vi.advanceTimersByTimeAsync(6000)
    await send('192.0.2.9', 3, 500)
    const honest = await send('192.0.2.2', LIMIT - 5, 20)
    expect(passed(honest)).toBe(LIMIT - 5)
    const after = await send('192.0.2.1', 300, 20)
    // What was admitted meanwhile is not forgotten: reports are sums.
    expect(passed(before) + passed(after)).toBeLessThanOrEqual(LIMIT + ALLOWANCE[accuracy][0] + GRACE + 1)
    expect(passed(before) + passed(after)).toBeGreaterThanOrEqual(LIMIT)
  })
})

describe('a shard that is overloaded', () => {
  test('is not asked again by who was told so, and left alone for a second at least', async () => {
    const { shards, send } = createScene({ on_error: 'local', accuracy: 'strict' })
    shards.fault = overloaded
    await send('192.0.2.1', 40, 20)
    expect(shards.messages).toHaveLength(1)
  })
})

describe('a shard that was reset', () => {
  test('is asked once more with a new stub and the same message, which counts nothing twice', async () => {
    const { shards, send } = createScene({ on_error: 'closed', accuracy: 'strict' })
    shards.fault = async (deliver) => {
      shards.fault = healthy
      return forgetful(deliver)
    }
    const answers = await send('192.0.2.1', 1, 20)
    expect(passed(answers)).toBe(1)
    expect(shards.stubs).toBe(2)
    expect(shards.messages[1]).toEqual(shards.messages[0])
    const more = await send('192.0.2.1', LIMIT + 20, 20)
    expect(passed(more)).toBe(LIMIT - 1)
  })
})

describe('a shard that is slow', () => {
  test.each(MODES)('but in time costs nobody anything but the wait, in mode %s', async (accuracy) => {
    const { shards, send } = createScene({ on_error: 'closed', accuracy })
    shards.fault = slow(30)
    const answers = await send('192.0.2.1', 500, 20)
    expect(statusesOf(answers)).toEqual([200, 429])
    expect(passed(answers)).toBeGreaterThanOrEqual(LIMIT - 1)
    expect(passed(answers)).toBeLessThanOrEqual(LIMIT + ALLOWANCE[accuracy][0] + GRACE + 1)
    expect(longestWait(answers)).toBeLessThanOrEqual(TIMEOUT)
  })

  describe.each(ON_ERROR)('on_error: %s', (onError) => {
    test.each(MODES)(
      'holds nobody up for longer than agreed, and its verdict counts, in mode %s',
      async (accuracy) => {
        const { shards, isolates, send } = createScene({ on_error: onError, accuracy })
        shards.fault = slow(400)
        const answers = await send('192.0.2.1', 1500, 10)
        expect(longestWait(answers)).toBeLessThanOrEqual(TIMEOUT)
        const extra = { local: LIMIT, open: LIMIT, closed: 0 }[onError]
        expect(passed(answers)).toBeLessThanOrEqual(LIMIT + ALLOWANCE[accuracy][0] + GRACE + 1 + extra)
        // A client that is over the limit ends up refused by the verdict, without a call or a wait.
        if (passed(answers) >= LIMIT) {
          expect(isolates[0]?.stats.blockedLocally).toBeGreaterThan(0)
          const late = await send('192.0.2.1', 50, 10)
          expect([passed(late), longestWait(late)]).toEqual([0, 0])
          expect(Math.min(...late.map(({ retryAfter }) => retryAfter))).toBeGreaterThan(500)
        }
      },
    )
  })
})

describe('a shard that loses its memory', () => {
  test.each(MODES)('is told again by the isolates, in mode %s', async (accuracy) => {
    const { shards, send } = createScene({ on_error: 'local', accuracy, mitigation_timeout: 0 }, 4)
    let total = 0
    for (let second = 0; second < 10; second++) {
      total += passed(await send('192.0.2.1', 40, 25))
      shards.evict(false)
    }
    const extra = ALLOWANCE[accuracy][0] + ALLOWANCE[accuracy][1] * 4 + 4 * (GRACE + 1)
    expect(total).toBeLessThanOrEqual(LIMIT + extra)
  })

  test('catches slow guessing all the same when it has written it down', async () => {
    const { shards, send } = createScene({
      on_error: 'closed',
      accuracy: 'strict',
      requests_per_period: 5,
      mitigation_timeout: 0,
    })
    let total = 0
    for (let n = 0; n < 20; n++) {
      total += passed(await send('192.0.2.1', 1, 15_000))
      shards.evict(true)
    }
    expect(total).toBe(5)
  })
})

describe('requests that the runtime ends', () => {
  test.each(MODES)('take no other request with them, in mode %s', async (accuracy) => {
    const { shards, send } = createScene({ on_error: 'local', accuracy })
    // The call of an ended request is never heard of again.
    shards.fault = hanging
    await send('192.0.2.1', 5, 5)
    shards.fault = healthy
    await vi.advanceTimersByTimeAsync(3000)
    const answers = await send('192.0.2.2', LIMIT, 50)
    expect(passed(answers)).toBe(LIMIT)
    expect(longestWait(answers)).toBeLessThanOrEqual(TIMEOUT)
  })
})
