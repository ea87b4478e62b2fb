import { describe, expect, it } from 'vitest'
import { NOTHING } from '../../../src/http/decision.ts'
import { createLimiter } from '../../../src/ingress/limits/limiter.ts'
import { createLimiterMemory } from '../../../src/ingress/limits/limiter-memory.ts'
import { localShards } from '../../../src/ingress/limits/local-shards.ts'
import { checkNow, NOW, World } from './limiter-world.ts'
import { createLimit, createRequest } from './request.ts'

const exact = { shards: localShards(), exact: true } as const
const strict = { accuracy: 'strict' } as const

/** A world whose shards answer at once, as in a replay. */
function openExact(limits: Parameters<World['open']>[0]) {
  const world = new World()
  return { world, limiter: world.open(limits, { ...exact, shards: localShards() }) }
}

describe('limiter with shards that answer at once', () => {
  it('admits requests_per_period requests and refuses the next with status, rule, wait and a way out', () => {
    const { limiter } = openExact([createLimit({ status: 420 })])
    for (let n = 0; n < 3; n++) expect(checkNow(limiter, NOW)).toBe(NOTHING)
    const { terminal } = checkNow(limiter, NOW)
    expect(terminal).toMatchObject({ action: 'block', stage: 'limits', rule: 'limits.all', mode: 'enforce' })
    expect(terminal).toMatchObject({ status: 420, retryAfter: 30 })
    expect(terminal?.fix).toContain('rules/limits.yaml')
  })

  it('makes no call for a refused client, and asks again when the refusal is over', () => {
    const { limiter } = openExact([createLimit({ mitigation_timeout: 600 })])
    for (let n = 0; n < 4; n++) checkNow(limiter, NOW)
    const { calls } = limiter.stats
    for (let n = 0; n < 1000; n++) expect(checkNow(limiter, NOW).terminal?.status).toBe(429)
    expect(limiter.stats).toMatchObject({ calls, blockedLocally: 1000 })
    expect(checkNow(limiter, NOW + 600_000)).toBe(NOTHING)
    expect(limiter.stats.calls).toBe(calls + 1)
  })

  it('counts the seconds to wait down', () => {
    const { limiter } = openExact([createLimit()])
    for (let n = 0; n < 4; n++) checkNow(limiter, NOW)
    expect(checkNow(limiter, NOW + 12_000).terminal?.retryAfter).toBe(18)
    expect(checkNow(limiter, NOW + 29_100).terminal?.retryAfter).toBe(1)
  })

  it('says nothing, without a call, when no limit matches or all are off', () => {
    const scope = { hosts: [], paths: [{ kind: 'prefix' as const, value: '/login' }], methods: ['POST'] }
    const { limiter } = openExact([createLimit({ scope }), createLimit({ id: 'b', mode: 'off' })])
    expect(checkNow(limiter, NOW, createRequest({ target: '/login' }))).toBe(NOTHING)
    expect(checkNow(limiter, NOW, createRequest({ method: 'POST' }))).toBe(NOTHING)
    expect(limiter.stats.calls).toBe(0)
  })

  it.each([{ mode: 'log' as const }, { action: 'log' as const }])(
    'only records refusals with %o',
    (change) => {
      const { limiter } = openExact([createLimit({ ...change, requests_per_period: 1 })])
      expect(checkNow(limiter, NOW)).toBe(NOTHING)
      for (let n = 0; n < 3; n++) {
        const { terminal, logged } = checkNow(limiter, NOW)
        expect(terminal).toBeUndefined()
        expect(logged).toMatchObject([{ rule: 'limits.all', mode: 'log', status: 429 }])
      }
    },
  )

  it('lets the first limit of the policy that refuses end the request, and records the others', () => {
    const { limiter } = openExact([
      createLimit({ id: 'shadow', mode: 'log', requests_per_period: 1 }),
      createLimit({ id: 'first', requests_per_period: 1 }),
      createLimit({ id: 'second', requests_per_period: 1 }),
    ])
    checkNow(limiter, NOW)
    for (let n = 0; n < 2; n++) {
      const result = checkNow(limiter, NOW)
      expect(result.terminal?.rule).toBe('limits.first')
      expect(result.logged.map(({ rule }) => rule)).toEqual(['limits.shadow'])
    }
  })

  it('refuses a throttled client only while its rate is over the limit', () => {
    const { limiter } = openExact([createLimit({ action: 'throttle', period: 10, mitigation_timeout: 600 })])
    for (let n = 0; n < 3; n++) checkNow(limiter, NOW)
    expect(checkNow(limiter, NOW).terminal?.status).toBe(429)
    expect(checkNow(limiter, NOW + 21_000)).toBe(NOTHING)
  })

  it('challenges, and counts anew whoever has solved the challenge', () => {
    const { limiter } = openExact([createLimit({ action: 'managed_challenge', requests_per_period: 1 })])
    checkNow(limiter, NOW)
    const { terminal } = checkNow(limiter, NOW)
    expect(terminal).toMatchObject({ action: 'challenge', challenge: 'managed_challenge', status: 403 })
    expect(terminal).not.toHaveProperty('retryAfter')
    const cleared = { clearance: () => 'solved-1' }
    expect(checkNow(limiter, NOW, createRequest(), cleared)).toBe(NOTHING)
    expect(checkNow(limiter, NOW, createRequest(), cleared).terminal?.action).toBe('challenge')
    expect(checkNow(limiter, NOW, createRequest(), { clearance: () => 'solved-2' })).toBe(NOTHING)
  })

  it('asks for a clearance of the level that its challenge has', () => {
    const asked: number[] = []
    for (const action of ['managed_challenge', 'js_challenge', 'challenge'] as const) {
      const { limiter } = openExact([createLimit({ action })])
      checkNow(limiter, NOW, createRequest(), { clearance: (level) => String(asked.push(level)) })
    }
    expect(asked).toEqual([1, 2, 3])
  })

  it('does not ask for a clearance where no limit challenges', () => {
    const { limiter } = openExact([createLimit()])
    const clearance = (): string => {
      throw new Error('asked')
    }
    expect(checkNow(limiter, NOW, createRequest(), { clearance })).toBe(NOTHING)
    expect(limiter.stats.faults).toBe(0)
  })

  it('counts an IPv6 client by /64, and its /48 with eight times the limit', () => {
    const { limiter } = openExact([createLimit({ requests_per_period: 2 })])
    const from = (subnet: number) => createRequest({ address: `2001:db8:7:${subnet.toString(16)}::1` })
    for (let n = 0; n < 2; n++) expect(checkNow(limiter, NOW, from(1))).toBe(NOTHING)
    expect(checkNow(limiter, NOW, from(1)).terminal?.rule).toBe('limits.all')
    // 16 in all for the /48: that of the refused request had been counted by the network too.
    let admitted = 2
    for (let subnet = 2; subnet < 100; subnet++) {
      if (checkNow(limiter, NOW, from(subnet)).terminal === undefined) admitted++
    }
    expect(admitted).toBe(15)
    expect(checkNow(limiter, NOW, createRequest({ address: '2001:db8:8::1' }))).toBe(NOTHING)
  })

  it('tells of an offender once per refusal, from the set number of refusals on', () => {
    const { limiter } = openExact([
      createLimit({
        requests_per_period: 1,
        period: 10,
        mitigation_timeout: 10,
        ban: { after: 2, timeout: 60 },
      }),
    ])
    const offences: unknown[] = []
    for (let second = 0; second < 35; second++) {
      const { offence } = checkNow(limiter, NOW + second * 1000)
      if (offence !== undefined) offences.push(offence)
    }
    expect(offences.length).toBeGreaterThanOrEqual(1)
    expect(offences[0]).toEqual({ rule: 'limits.all', strikes: 2 })
    expect(new Set(offences.map((each) => JSON.stringify(each))).size).toBe(offences.length)
  })

  it('says how limits stand that announce themselves, and how the one stands that refuses', () => {
    const { limiter } = openExact([
      createLimit({ id: 'shown', announce: true }),
      createLimit({ id: 'hidden', requests_per_period: 2 }),
    ])
    expect(checkNow(limiter, NOW).standings).toMatchObject([
      { id: 'shown', limit: 3, period: 60, remaining: 2 },
    ])
    expect(checkNow(limiter, NOW).standings).toMatchObject([{ id: 'shown', remaining: 1 }])
    const refused = checkNow(limiter, NOW)
    expect(refused.terminal?.rule).toBe('limits.hidden')
    expect(refused.standings).toMatchObject([
      { id: 'shown', remaining: 0 },
      { id: 'hidden', remaining: 0, reset: 30 },
    ])
  })

  it('refuses only requests that match the expression, and counts those that match the counting expression', () => {
    const filter = { kind: 'literal', value: true } as never
    const { limiter } = openExact([
      createLimit({ requests_per_period: 1, filter, counting: { filter, readsResponse: false } }),
    ])
    const expressions = (matches: boolean, counts: boolean) => ({
      expressions: { matches: () => matches, counts: () => counts, values: () => [] },
    })
    for (let n = 0; n < 5; n++)
      expect(checkNow(limiter, NOW, createRequest(), expressions(true, false))).toBe(NOTHING)
    for (let n = 0; n < 2; n++)
      expect(checkNow(limiter, NOW, createRequest(), expressions(false, true))).toBe(NOTHING)
    expect(checkNow(limiter, NOW, createRequest(), expressions(true, true)).terminal?.status).toBe(429)
    expect(checkNow(limiter, NOW, createRequest(), expressions(true, false)).terminal?.status).toBe(429)
    expect(checkNow(limiter, NOW, createRequest(), expressions(false, true))).toBe(NOTHING)
  })

  it('is as it was, refusals included, when the policy is swapped and the limit edited', () => {
    const world = new World()
    const options = {
      ...exact,
      shards: localShards(),
      secret: new Uint8Array(16),
      timer: () => () => {},
      isolate: 1,
      random: () => 0,
      shardCount: 1,
      capacity: 64,
    }
    const memory = createLimiterMemory(options)
    const before = createLimiter([createLimit()], { ...options, memory })
    for (let n = 0; n < 4; n++) checkNow(before, world.now)
    const after = createLimiter([createLimit({ status: 420 })], { ...options, memory })
    expect(checkNow(after, world.now).terminal?.status).toBe(420)
    expect(after.stats.blockedLocally).toBe(1)
  })

  it('is not built with a secret of the wrong length', () => {
    expect(() => new World().open([], { secret: new Uint8Array(5) })).toThrow('16')
  })
})

describe('limiter with shards on a network', () => {
  async function flood(world: World, limiter: ReturnType<World['open']>, times: number, gap: number) {
    const sum = { admitted: 0, refused: 0, waited: 0, longest: 0 }
    for (let n = 0; n < times; n++) {
      const since = world.now
      const result = limiter.check(createRequest(), world.now, world.context())
      const count = ({ terminal }: { terminal?: unknown }): void => {
        sum[terminal === undefined ? 'admitted' : 'refused']++
        sum.longest = Math.max(sum.longest, world.now - since)
      }
      if (result instanceof Promise) {
        sum.waited++
        void result.then(count)
      } else count(result)
      await world.run(gap)
    }
    await world.run(1000)
    return sum
  }

  it('strict: admits exactly the limit, each request with a token of its own', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ ...strict, requests_per_period: 20 })])
    const sum = await flood(world, limiter, 200, 5)
    expect(sum).toMatchObject({ admitted: 20, refused: 180 })
    expect(sum.longest).toBeLessThanOrEqual(150)
  })

  it('balanced: admits an allowance without a call, and no more than the bound', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ requests_per_period: 100 })])
    for (let n = 0; n < 4; n++) checkNow(limiter, world.now, createRequest(), world.context())
    expect(world.calls).toHaveLength(0)
    const sum = await flood(world, limiter, 2000, 1)
    // One isolate: L + I(a + b + 1), a = ⌊100/2⌋ once the shard has said that there is one isolate only.
    expect(sum.admitted + 4).toBeLessThanOrEqual(100 + 50 + 3)
    expect(sum.admitted).toBeGreaterThanOrEqual(96)
    expect(world.calls.length).toBeLessThan(12)
  })

  it('relaxed: never lets a request wait', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ requests_per_period: 50, accuracy: 'relaxed' })])
    const sum = await flood(world, limiter, 1000, 1)
    expect(sum.waited).toBe(0)
    expect(sum.admitted).toBeLessThanOrEqual(50 + 50 + 3)
    expect(sum.refused).toBeGreaterThan(800)
  })

  it('never lets a request wait for a limit that only records', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ ...strict, mode: 'log', requests_per_period: 2 })])
    const sum = await flood(world, limiter, 100, 5)
    expect(sum).toMatchObject({ admitted: 100, waited: 0 })
    expect(checkNow(limiter, world.now).logged).toMatchObject([{ rule: 'limits.all', mode: 'log' }])
  })

  it('learns refusals of keys that it has not asked about', async () => {
    const world = new World()
    const shards = localShards()
    const [one, other] = [
      world.open([createLimit(strict)], { shards }),
      world.open([createLimit(strict)], { shards }),
    ]
    for (let n = 0; n < 4; n++) checkNow(one, world.now)
    checkNow(other, world.now, createRequest({ address: '198.51.100.1' }))
    const { reports } = other.stats
    expect(checkNow(other, world.now).terminal?.status).toBe(429)
    expect(other.stats.reports).toBe(reports)
  })

  it('asks for several keys of one request in one message', async () => {
    const world = new World()
    const limits = ['a', 'b', 'c'].map((id) => createLimit({ id, ...strict }))
    const limiter = world.open(limits)
    const result = limiter.check(createRequest(), world.now, world.context())
    await world.run(50)
    expect(await result).toBe(NOTHING)
    expect(world.calls.map(({ message }) => message.reports.length)).toEqual([3])
  })

  it('lets no more than 64 requests wait for one key', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ ...strict, on_error: 'closed', requests_per_period: 1000 })])
    const results = Array.from({ length: 200 }, () => limiter.check(createRequest(), world.now))
    expect(results.filter((result) => result instanceof Promise)).toHaveLength(64)
    await world.run(500)
    const refused = (await Promise.all(results)).filter(({ terminal }) => terminal?.status === 503)
    expect(refused).toHaveLength(136)
  })

  it('makes no call for keys that rotate', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ requests_per_period: 100 })])
    for (let n = 0; n < 20_000; n++) {
      const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
      checkNow(limiter, world.now, createRequest({ address }), world.context())
    }
    await world.run(1000)
    expect(world.calls).toHaveLength(0)
  })

  it('bounds the calls for keys that rotate under a strict limit', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ ...strict, requests_per_period: 10 })])
    for (let n = 0; n < 5000; n++) {
      void limiter.check(createRequest({ address: `10.0.${n >> 8}.${n & 255}` }), world.now, world.context())
      await world.run(1)
    }
    // 20 a second, and 8 at once at the start.
    expect(world.calls.length).toBeLessThanOrEqual(8 + 5 * 20 + 1)
  })

  it('asks less often, and spends a larger allowance, under pressure', async () => {
    const calls = async (pressure: boolean): Promise<number> => {
      const world = new World()
      const limiter = world.open([createLimit({ requests_per_period: 200 })])
      for (let n = 0; n < 2000; n++) {
        const address = `10.0.0.${n % 100}`
        void limiter.check(createRequest({ address }), world.now, world.context({ pressure }))
        await world.run(2)
      }
      return world.calls.length
    }
    expect(await calls(true)).toBeLessThan(await calls(false))
  })
})
