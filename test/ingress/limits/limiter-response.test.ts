import { describe, expect, it } from 'vitest'
import type { LimitModel } from '../../../src/bundle/model.ts'
import type { Answered, LimitContext, LimitResult } from '../../../src/ingress/limits/limit-check.ts'
import { localShards } from '../../../src/ingress/limits/local-shards.ts'
import { checkNow, NOW, World } from './limiter-world.ts'
import { createLimit, createRequest } from './request.ts'

const FILTER = { kind: 'literal', value: true } as never

/** Counts answers with status 401 only. */
const FAILED_LOGINS: LimitContext = {
  expressions: { matches: () => true, counts: (_, response) => response?.status === 401, values: () => [] },
}

function createLoginLimit(change: Partial<LimitModel> = {}): LimitModel {
  return createLimit({
    accuracy: 'strict',
    counting: { filter: FILTER, readsResponse: true },
    ...change,
  })
}

const answer = (status: number, headers: Record<string, string> = {}, fromOrigin = true): Answered => ({
  response: { status, headers: new Headers(headers) },
  fromOrigin,
})

const openExact = (limit: LimitModel) => new World().open([limit], { exact: true, shards: localShards() })

describe('limits that count by the response', () => {
  it('refuses after so many answers that count, and no others', () => {
    const limiter = openExact(createLoginLimit())
    for (let n = 0; n < 50; n++)
      checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).settle?.(answer(200), NOW)
    for (let n = 0; n < 3; n++) {
      const result = checkNow(limiter, NOW, createRequest(), FAILED_LOGINS)
      expect(result.terminal).toBeUndefined()
      result.settle?.(answer(401), NOW)
    }
    expect(checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).terminal?.status).toBe(429)
  })

  it('strict: parallel requests cannot outrun the count, and make room again when they do not count', async () => {
    const world = new World()
    const limiter = world.open([createLoginLimit({ requests_per_period: 5 })])
    const results: LimitResult[] = []
    for (let n = 0; n < 40; n++) {
      const result = limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
      void Promise.resolve(result).then((each) => results.push(each))
    }
    await world.run(1000)
    const passed = results.filter(({ terminal }) => terminal === undefined)
    expect(passed).toHaveLength(5)
    expect(results).toHaveLength(40)
    for (const { terminal, settle } of results) if (terminal !== undefined) expect(settle).toBeUndefined()
  })

  it('strict: an attempt that does not count costs the next one no call', async () => {
    const world = new World()
    const limiter = world.open([createLoginLimit({ requests_per_period: 5 })])
    const first = limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
    await world.run(100)
    ;(await first).settle?.(answer(200), world.now)
    for (let n = 0; n < 20; n++) {
      checkNow(limiter, world.now, createRequest(), world.context(FAILED_LOGINS)).settle?.(
        answer(200),
        world.now,
      )
    }
    expect(world.calls).toHaveLength(1)
  })

  it('strict: who comes while others are on their way is asked to wait a moment, and has no strike', async () => {
    const world = new World()
    const limiter = world.open([createLoginLimit({ requests_per_period: 5, mitigation_timeout: 600 })])
    const attempt = async (): Promise<LimitResult> =>
      limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
    const crowd = Promise.all(Array.from({ length: 8 }, attempt))
    await world.run(200)
    const results = await crowd
    const refused = results.flatMap(({ terminal }) => terminal ?? [])
    expect(refused.map(({ status, retryAfter }) => [status, retryAfter])).toEqual(Array(3).fill([429, 1]))
    for (const { settle } of results) settle?.(answer(200), world.now)
    await world.run(2000)
    const next = attempt()
    await world.run(200)
    expect((await next).terminal).toBeUndefined()
  })

  it('strict: those who failed side by side are refused for as long as the limit says', async () => {
    const world = new World()
    const limiter = world.open([createLoginLimit({ requests_per_period: 5, mitigation_timeout: 600 })])
    const attempt = async (): Promise<LimitResult> =>
      limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
    const crowd = Promise.all(Array.from({ length: 8 }, attempt))
    await world.run(200)
    for (const { settle } of await crowd) settle?.(answer(401), world.now)
    await world.run(2000)
    const next = attempt()
    await world.run(200)
    expect((await next).terminal?.retryAfter).toBeGreaterThan(590)
  })

  it('strict: what one isolate gives back is there for others', async () => {
    const world = new World()
    const limit = createLoginLimit({ requests_per_period: 5, mitigation_timeout: 600 })
    const statuses: (number | undefined)[] = []
    for (let n = 0; n < 12; n++) {
      const limiter = world.open([limit])
      const pending = limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
      await world.run(200)
      const { terminal, settle } = await pending
      statuses.push(terminal?.status)
      settle?.(answer(200), world.now)
      await world.run(2000)
    }
    expect(statuses).toEqual(Array(12).fill(undefined))
  })

  it('balanced: counts answers without an extra call, and refuses in the end', async () => {
    const world = new World()
    const limiter = world.open([createLoginLimit({ accuracy: 'balanced', requests_per_period: 60 })])
    let failed = 0
    for (let n = 0; n < 400; n++) {
      const result = limiter.check(createRequest(), world.now, world.context(FAILED_LOGINS))
      void Promise.resolve(result).then(({ terminal, settle }) => {
        if (terminal === undefined) failed++
        settle?.(answer(401), world.now)
      })
      await world.run(20)
    }
    expect(failed).toBeGreaterThanOrEqual(60)
    expect(failed).toBeLessThanOrEqual(60 + 30 + 3)
    expect(world.calls.length).toBeLessThan(25)
  })

  it('counts only what was sent on to an origin with requests_to_origin', () => {
    const limiter = openExact(createLimit({ requests_to_origin: true, accuracy: 'strict' }))
    for (let n = 0; n < 20; n++) checkNow(limiter, NOW).settle?.(answer(200, {}, false), NOW)
    for (let n = 0; n < 3; n++) checkNow(limiter, NOW).settle?.(answer(200), NOW)
    expect(checkNow(limiter, NOW).terminal?.status).toBe(429)
  })

  it('counts the points that the origin says, and nothing where it says nothing of use', () => {
    const limiter = openExact(
      createLimit({ score_header: 'X-Cost', requests_per_period: 100, accuracy: 'strict' }),
    )
    const spend = (value?: string): void =>
      checkNow(limiter, NOW).settle?.(answer(200, value === undefined ? {} : { 'x-cost': value }), NOW)
    for (const value of [undefined, '', '0', '-5', '1.5', 'many', '1000001', '99999999999']) {
      for (let n = 0; n < 20; n++) spend(value)
    }
    spend('60')
    spend('39')
    const last = checkNow(limiter, NOW)
    expect(last.terminal).toBeUndefined()
    last.settle?.(answer(200, { 'x-cost': '1' }), NOW)
    expect(checkNow(limiter, NOW).terminal?.reason).toContain('100 points')
  })

  it('does not count a request that had no answer, nor settle twice', () => {
    const limiter = openExact(createLoginLimit({ requests_per_period: 1 }))
    checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).settle?.(undefined, NOW)
    const result = checkNow(limiter, NOW, createRequest(), FAILED_LOGINS)
    expect(result.terminal).toBeUndefined()
    result.settle?.(answer(200), NOW)
    result.settle?.(answer(401), NOW)
    expect(checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).terminal).toBeUndefined()
  })

  it('gives nothing to settle where nothing counts by the response', () => {
    expect(checkNow(openExact(createLimit()), NOW)).not.toHaveProperty('settle')
  })

  it('keeps what another limit reserved for itself when one refuses', () => {
    const limiter = new World().open(
      [
        createLoginLimit({ id: 'login', requests_per_period: 2 }),
        createLimit({ id: 'flood', requests_per_period: 1, mitigation_timeout: 1 }),
      ],
      { exact: true, shards: localShards() },
    )
    checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).settle?.(answer(401), NOW)
    for (let n = 0; n < 10; n++) {
      expect(checkNow(limiter, NOW, createRequest(), FAILED_LOGINS).terminal?.rule).toBe('limits.flood')
    }
    // One failure has been counted, so there is one left once the flood's window is over.
    const later = NOW + 61_000
    expect(checkNow(limiter, later, createRequest(), FAILED_LOGINS).terminal).toBeUndefined()
  })

  it('never throws when the expressions do', () => {
    const limiter = openExact(createLoginLimit())
    const result = checkNow(limiter, NOW, createRequest(), {
      expressions: {
        matches: () => true,
        counts: () => {
          throw new Error('defect')
        },
        values: () => [],
      },
    })
    result.settle?.(answer(401), NOW)
    expect(limiter.stats.faults).toBe(1)
  })
})
