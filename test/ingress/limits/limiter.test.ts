import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LimitModel } from '../../../src/bundle/model.ts'
import { NOTHING, type StageResult } from '../../../src/http/decision.ts'
import type { Count, Counters, Hit } from '../../../src/ingress/limits/counters.ts'
import type { Timer } from '../../../src/ingress/limits/deadline.ts'
import { createLimiter, type Limiter } from '../../../src/ingress/limits/limiter.ts'
import { createWindowTable } from '../../../src/ingress/limits/window-table.ts'
import { createLimit, createRequest } from './request.ts'

const NOW = 1_780_000_000_000
const REFUSED: Count = { allowed: false, until: NOW + 30_000, remaining: 0 }

type Answer = (hits: readonly Hit[], now: number) => readonly (Count | Promise<Count>)[]

/** A limiter whose counters answer as the test says and whose timers fire when the test says. */
function open(limits: readonly LimitModel[], answer?: Answer) {
  const table = createWindowTable({ capacity: 1024 })
  const calls: (readonly Hit[])[] = []
  const timers = new Set<{ ms: number; fire: () => void }>()
  const counters: Counters = {
    shards: 1,
    shardOf: () => 0,
    hit(hits, now) {
      calls.push(hits)
      return (answer ?? table.hit)(hits, now)
    },
  }
  const timer: Timer = (ms, fire) => {
    const entry = { ms, fire }
    timers.add(entry)
    return () => timers.delete(entry)
  }
  const local = createWindowTable({ capacity: 1024 })
  const limiter = createLimiter(limits, {
    counters,
    local,
    blockCapacity: 1024,
    secret: new Uint8Array(16),
    timer,
  })
  const elapse = (): void => {
    for (const entry of timers) {
      timers.delete(entry)
      entry.fire()
    }
  }
  return { limiter, calls, timers, elapse }
}

function checkNow(limiter: Limiter, request = createRequest(), now = NOW): StageResult {
  const result = limiter.check(request, now)
  if (result instanceof Promise) throw new Error('expected an answer at once')
  return result
}

const fail: Answer = (hits) => hits.map(() => Promise.reject(new Error('shard is gone')))
const hang: Answer = (hits) => hits.map(() => new Promise<Count>(() => {}))

describe('limiter', () => {
  it('admits requests_per_period requests and refuses the next with status, rule, wait and a way out', () => {
    const { limiter } = open([createLimit({ status: 420 })])
    for (let n = 0; n < 3; n++) expect(checkNow(limiter)).toBe(NOTHING)
    const { terminal } = checkNow(limiter)
    expect(terminal).toMatchObject({ action: 'block', stage: 'limits', rule: 'limits.all', mode: 'enforce' })
    expect(terminal).toMatchObject({ status: 420, retryAfter: 30 })
    expect(terminal?.fix).toContain('rules/limits.yaml')
  })

  it('makes no call for a blocked client, and asks again when the refusal is over', () => {
    const { limiter, calls } = open([createLimit({ mitigation_timeout: 600 })])
    for (let n = 0; n < 4; n++) checkNow(limiter)
    for (let n = 0; n < 1000; n++) expect(checkNow(limiter).terminal?.status).toBe(429)
    expect(calls).toHaveLength(4)
    expect(limiter.stats).toEqual({ calls: 4, errors: 0, timeouts: 0, skipped: 0, blockedLocally: 1000 })
    expect(checkNow(limiter, createRequest(), NOW + 600_000)).toBe(NOTHING)
    expect(calls).toHaveLength(5)
  })

  it('counts the seconds to wait down', () => {
    const { limiter } = open([createLimit()])
    for (let n = 0; n < 4; n++) checkNow(limiter)
    expect(checkNow(limiter, createRequest(), NOW + 29_100).terminal?.retryAfter).toBe(1)
    expect(checkNow(limiter, createRequest(), NOW + 12_000).terminal?.retryAfter).toBe(18)
  })

  it('says nothing, at once and without a call, when no limit matches or all are off', () => {
    const scope = { hosts: [], paths: [{ kind: 'prefix' as const, value: '/login' }], methods: ['POST'] }
    const { limiter, calls } = open([createLimit({ scope }), createLimit({ id: 'b', mode: 'off' })], hang)
    expect(limiter.check(createRequest({ target: '/login' }), NOW)).toBe(NOTHING)
    expect(limiter.check(createRequest({ method: 'POST' }), NOW)).toBe(NOTHING)
    expect(calls).toHaveLength(0)
  })

  it.each([{ mode: 'log' as const }, { action: 'log' as const }])(
    'only records refusals with %o',
    (change) => {
      const { limiter, calls } = open([createLimit({ ...change, requests_per_period: 1 })])
      expect(checkNow(limiter)).toBe(NOTHING)
      for (let n = 0; n < 3; n++) {
        const { terminal, logged } = checkNow(limiter)
        expect(terminal).toBeUndefined()
        expect(logged).toMatchObject([{ rule: 'limits.all', mode: 'log', status: 429 }])
      }
      expect(calls).toHaveLength(2)
    },
  )

  it('asks for all matching limits in one call, and the first of the policy ends the request', () => {
    const limits = [
      createLimit({ id: 'shadow', mode: 'log', requests_per_period: 1 }),
      createLimit({ id: 'first', requests_per_period: 1 }),
      createLimit({ id: 'second', requests_per_period: 1 }),
    ]
    const { limiter, calls } = open(limits)
    checkNow(limiter)
    const result = checkNow(limiter)
    expect(result.terminal?.rule).toBe('limits.first')
    expect(result.logged.map(({ rule }) => rule)).toEqual(['limits.shadow'])
    expect(calls.map((hits) => hits.length)).toEqual([3, 3])
    expect(checkNow(limiter).terminal?.rule).toBe('limits.first')
    expect(calls).toHaveLength(2)
  })

  it('waits for counters that answer later', async () => {
    const { limiter, timers } = open([createLimit()], (hits) => hits.map(async () => REFUSED))
    expect((await limiter.check(createRequest(), NOW)).terminal?.rule).toBe('limits.all')
    expect(timers.size).toBe(0)
  })

  it('does not believe a refusal that is longer than the limit has', () => {
    const far = { ...REFUSED, until: NOW + 1e12 }
    const { limiter } = open([createLimit({ mitigation_timeout: 30 })], () => [far])
    expect(checkNow(limiter).terminal?.retryAfter).toBe(30)
  })

  const failures: [string, Answer][] = [
    ['reject', fail],
    [
      'throw',
      () => {
        throw new Error('no binding')
      },
    ],
    ['answer too little', () => []],
    ['are too slow', hang],
  ]
  describe.each(failures)('when the counters %s', (_, answer) => {
    async function check(limit: LimitModel, times: number): Promise<StageResult[]> {
      const { limiter, elapse } = open([limit], answer)
      const results: StageResult[] = []
      for (let n = 0; n < times; n++) {
        const result = limiter.check(createRequest(), NOW)
        if (answer === hang) elapse()
        results.push(await result)
      }
      expect(limiter.stats.errors + limiter.stats.timeouts).toBe(Math.min(3, times))
      expect(limiter.stats.timeouts > 0).toBe(answer === hang)
      return results
    }

    it('on_error: open lets all requests pass', async () => {
      const results = await check(createLimit({ on_error: 'open' }), 10)
      expect(results.every((result) => result === NOTHING)).toBe(true)
    })

    it('on_error: local counts in the isolate', async () => {
      const results = await check(createLimit({ on_error: 'local' }), 5)
      expect(results.map(({ terminal }) => terminal?.status)).toEqual([
        undefined,
        undefined,
        undefined,
        429,
        429,
      ])
    })

    it('on_error: closed refuses with 503', async () => {
      const [result] = await check(createLimit({ on_error: 'closed' }), 1)
      expect(result?.terminal).toMatchObject({ status: 503, rule: 'limits.all', retryAfter: 1 })
      expect(result?.terminal?.reason).toContain('counters are unavailable')
    })

    it('on_error: closed in log mode refuses nothing', async () => {
      const [result] = await check(createLimit({ on_error: 'closed', mode: 'log' }), 1)
      expect(result?.terminal).toBeUndefined()
      expect(result?.logged).toMatchObject([{ status: 503, mode: 'log' }])
    })
  })

  it('asks each limit no longer than its own timeout', async () => {
    const { limiter, timers, elapse } = open(
      [createLimit({ id: 'a', timeout_ms: 20 }), createLimit({ id: 'b', timeout_ms: 70 })],
      hang,
    )
    const result = limiter.check(createRequest(), NOW)
    expect([...timers].map(({ ms }) => ms)).toEqual([20, 70])
    elapse()
    expect(await result).toBe(NOTHING)
  })

  it('ignores a late answer for the request that waited, and blocks the next one without a call', async () => {
    let answer = (_: Count): void => {}
    const { limiter, calls, elapse } = open([createLimit({ on_error: 'open' })], () => [
      new Promise((resolve) => {
        answer = resolve
      }),
    ])
    const result = limiter.check(createRequest(), NOW)
    elapse()
    expect(await result).toBe(NOTHING)
    answer(REFUSED)
    await Promise.resolve()
    expect(checkNow(limiter).terminal?.status).toBe(429)
    expect(calls).toHaveLength(1)
  })

  it('drops a late error', async () => {
    let reject = (_: Error): void => {}
    const { limiter, elapse } = open([createLimit()], () => [
      new Promise((_, fails) => {
        reject = fails
      }),
    ])
    const result = limiter.check(createRequest(), NOW)
    elapse()
    await result
    reject(new Error('late'))
    await Promise.resolve()
    expect(limiter.stats).toMatchObject({ errors: 0, timeouts: 1 })
  })

  it('stops asking after three failures in a row and tries one request per second', async () => {
    const { limiter, calls } = open([createLimit({ on_error: 'open' })], fail)
    for (let n = 0; n < 3; n++) await limiter.check(createRequest(), NOW)
    for (let n = 0; n < 50; n++) expect(checkNow(limiter)).toBe(NOTHING)
    expect(calls).toHaveLength(3)
    expect(limiter.stats.skipped).toBe(50)
    await limiter.check(createRequest(), NOW + 1000)
    checkNow(limiter, createRequest(), NOW + 1000)
    expect(calls).toHaveLength(4)
  })

  it('keeps every call of a dead shard from costing the timeout although it answers late each time', async () => {
    const late: ((count: Count) => void)[] = []
    const { limiter, calls, elapse } = open([createLimit({ on_error: 'open' })], () => [
      new Promise((resolve) => {
        late.push(resolve)
      }),
    ])
    for (let n = 0; n < 3; n++) {
      const result = limiter.check(createRequest(), NOW)
      elapse()
      await result
      late[n]?.({ allowed: true, until: 0, remaining: 1 })
      await Promise.resolve()
    }
    expect(checkNow(limiter)).toBe(NOTHING)
    expect(calls).toHaveLength(3)
  })

  it('refuses every request of a client beyond the limit, for any mix of clients and pauses', () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2000 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 3 }), (steps, mitigation) => {
        const limit = createLimit({ period: 2, requests_per_period: 2, mitigation_timeout: mitigation })
        const { limiter } = open([limit])
        const plain = createWindowTable({ capacity: 64 })
        let now = NOW
        for (const [client, wait] of steps) {
          now += wait
          const { terminal } = checkNow(limiter, createRequest({ address: `192.0.2.${client}` }), now)
          const hit = { ...limit, key: `000000000000000${client}` }
          expect(terminal === undefined).toBe(plain.hit([hit], now)[0]?.allowed)
        }
      }),
    )
  })

  it('is not built with a secret of the wrong length', () => {
    const table = createWindowTable({ capacity: 16 })
    const secret = new Uint8Array(5)
    const timer: Timer = () => () => {}
    expect(() =>
      createLimiter([], { counters: table, local: table, blockCapacity: 8, secret, timer }),
    ).toThrow('16')
  })
})
