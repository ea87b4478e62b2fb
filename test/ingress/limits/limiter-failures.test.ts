import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LimitModel } from '../../../src/bundle/model.ts'
import { NOTHING } from '../../../src/http/decision.ts'
import { FAILURES_TO_OPEN } from '../../../src/ingress/limits/circuit.ts'
import type { LimitResult } from '../../../src/ingress/limits/limit-check.ts'
import { checkNow, type Fate, World } from './limiter-world.ts'
import { createLimit, createRequest } from './request.ts'

const DEADLINE = 150
/** L + I(a + b + 1) of a limit of 40 and one isolate, the most that passes while the shard answers. */
const BOUND = 40 + 32 + 3

const failures: [name: string, fate: Fate][] = [
  ['reject', { kind: 'reject', after: 5 }],
  ['throw', { kind: 'throw' }],
  ['answer too little', { kind: 'short' }],
  ['never answer', { kind: 'hang' }],
  [
    'are overloaded',
    { kind: 'reject', after: 5, error: Object.assign(new Error('queued'), { overloaded: true }) },
  ],
  ['answer too late', { kind: 'answer', after: 400 }],
]

interface Seen {
  readonly results: readonly LimitResult[]
  readonly longest: number
  readonly world: World
  readonly limiter: ReturnType<World['open']>
}

/** Sends a flood of one client to a limiter whose shards do what `fate` says; a request every 10 ms. */
async function flood(limit: LimitModel, fate: Fate, times = 100): Promise<Seen> {
  const world = new World()
  world.fate = () => fate
  const limiter = world.open([limit])
  const results: LimitResult[] = []
  let longest = 0
  for (let n = 0; n < times; n++) {
    const since = world.now
    void Promise.resolve(limiter.check(createRequest(), world.now, world.context())).then((result) => {
      results.push(result)
      longest = Math.max(longest, world.now - since)
    })
    await world.run(10)
  }
  await world.run(2000)
  return { results, longest, world, limiter }
}

const admitted = ({ results }: Seen): number =>
  results.filter(({ terminal }) => terminal === undefined).length

describe.each(failures)('limiter whose shards %s', (_, fate) => {
  const isGone = fate.kind !== 'answer'

  it.each(['strict', 'balanced', 'relaxed'] as const)(
    'loses no request and lets none wait longer than the timeout (%s)',
    async (accuracy) => {
      for (const on_error of ['open', 'local', 'closed'] as const) {
        const seen = await flood(createLimit({ accuracy, on_error, requests_per_period: 40 }), fate)
        expect(seen.results).toHaveLength(100)
        expect(seen.longest).toBeLessThanOrEqual(DEADLINE)
        expect(seen.limiter.stats.faults).toBe(0)
      }
    },
  )

  it.each(['strict', 'balanced', 'relaxed'] as const)(
    'on_error: local admits the share of one isolate, and no more (%s)',
    async (accuracy) => {
      // One of eight isolates, as nobody has said how many there are: 5, or the allowance of 4 and the grace of 2.
      const seen = await flood(createLimit({ accuracy, requests_per_period: 40 }), fate)
      const share = accuracy === 'relaxed' ? 6 : 5
      expect(admitted(seen)).toBeLessThanOrEqual(isGone ? share : BOUND)
      expect(admitted(seen)).toBeGreaterThanOrEqual(4)
      const refused = seen.results.filter(({ terminal }) => terminal !== undefined)
      for (const { terminal } of refused) expect(terminal).toMatchObject({ status: 429, rule: 'limits.all' })
    },
  )

  it('on_error: open admits the limit in each isolate, and no more', async () => {
    for (const accuracy of ['strict', 'balanced', 'relaxed'] as const) {
      const seen = await flood(createLimit({ accuracy, on_error: 'open', requests_per_period: 40 }), fate)
      expect(admitted(seen)).toBeLessThanOrEqual(isGone ? 40 : BOUND)
      expect(admitted(seen)).toBeGreaterThanOrEqual(isGone ? 40 : 38)
    }
  })

  it('on_error: closed lets nothing pass uncounted', async () => {
    const seen = await flood(createLimit({ accuracy: 'strict', on_error: 'closed' }), fate)
    expect(admitted(seen)).toBeLessThanOrEqual(isGone ? 0 : 3)
    expect(seen.results[0]?.terminal).toMatchObject({ status: 503, rule: 'limits.all', retryAfter: 1 })
    expect(seen.results[0]?.terminal?.reason).toContain('counters are unavailable')
  })

  it('refuses nothing where the limit only records', async () => {
    const seen = await flood(createLimit({ accuracy: 'strict', on_error: 'closed', mode: 'log' }), fate)
    expect(admitted(seen)).toBe(100)
    expect(seen.longest).toBe(0)
  })

  it('does not take a refusal for want of an answer for a verdict', async () => {
    const seen = await flood(createLimit({ accuracy: 'strict', requests_per_period: 8 }), fate, 20)
    seen.world.fate = () => ({ kind: 'answer', after: 5 })
    await seen.world.run(6000)
    const request = createRequest({ address: '198.51.100.7' })
    const opened = seen.limiter.check(request, seen.world.now, seen.world.context())
    await seen.world.run(1000)
    expect((await opened).terminal).toBeUndefined()
    const again = seen.limiter.check(createRequest({ address: '198.51.100.8' }), seen.world.now)
    await seen.world.run(1000)
    expect(await again).toBe(NOTHING)
  })
})

describe('limiter and a dead shard', () => {
  it('stops asking after failures in a row, tries once a second, and nobody waits meanwhile', async () => {
    const world = new World()
    world.fate = () => ({ kind: 'reject', after: 5 })
    const limiter = world.open([createLimit({ accuracy: 'strict', on_error: 'open' })])
    const ask = async (): Promise<void> => {
      void limiter.check(
        createRequest({ address: `10.0.0.${world.calls.length}` }),
        world.now,
        world.context(),
      )
      await world.run(300)
    }
    while (world.calls.length < FAILURES_TO_OPEN) await ask()
    const since = world.now
    const before = world.calls.length
    for (let n = 0; n < 1000; n++) {
      const address = `10.9.${n >> 8}.${n & 255}`
      checkNow(limiter, world.now, createRequest({ address }), world.context())
      await world.run(10)
    }
    expect(world.calls.length - before).toBeLessThanOrEqual(Math.ceil((world.now - since) / 1000) + 1)
    expect(limiter.stats.skipped).toBeGreaterThanOrEqual(1000)
  })

  it('leaves an overloaded shard alone for a second at least, at the first word of it', async () => {
    const world = new World()
    world.fate = () => ({ kind: 'reject', after: 5, error: { overloaded: true } })
    const limiter = world.open([createLimit({ accuracy: 'strict', on_error: 'open' })])
    void limiter.check(createRequest(), world.now, world.context())
    await world.run(50)
    for (let n = 0; n < 90; n++) {
      checkNow(limiter, world.now, createRequest({ address: `10.0.0.${n}` }), world.context())
      await world.run(10)
    }
    expect(world.calls).toHaveLength(1)
  })

  it('reports what it admitted on its own when the shard is back', async () => {
    const world = new World()
    world.fate = () => ({ kind: 'reject', after: 5 })
    const limiter = world.open([createLimit({ requests_per_period: 40 })])
    for (let n = 0; n < 100; n++) {
      void limiter.check(createRequest(), world.now, world.context())
      await world.run(10)
    }
    world.fate = () => ({ kind: 'answer', after: 5 })
    await world.run(2000)
    void limiter.check(createRequest(), world.now, world.context())
    await world.run(2000)
    const last = world.calls.at(-1)?.message.reports[0]
    expect(last?.used).toBeGreaterThanOrEqual(5)
  })

  it('loses no request when the runtime ends the one that its timers and calls belong to', async () => {
    const world = new World()
    // Nothing that one request started goes on: no timer fires, no call is answered.
    const limiter = world.open([createLimit({ requests_per_period: 40, on_error: 'local' })], {
      timer: () => () => {},
    })
    world.fate = () => ({ kind: 'hang' })
    for (let n = 0; n < 8; n++) void limiter.check(createRequest(), world.now, world.context())
    await world.run(5000)
    const calls = world.calls.length
    world.fate = () => ({ kind: 'answer', after: 5 })
    for (let n = 0; n < 30; n++) {
      void limiter.check(createRequest({ address: '10.0.0.1' }), world.now, world.context())
      await world.run(400)
    }
    expect(world.calls.length).toBeGreaterThan(calls)
    expect(world.calls.at(-1)?.message.reports.length).toBeGreaterThan(0)
  })

  it('keeps each request alive that it works for, and lets it go at the end', async () => {
    const world = new World()
    const limiter = world.open([createLimit({ requests_per_period: 40 })])
    for (let n = 0; n < 60; n++) {
      void limiter.check(createRequest(), world.now, world.context())
      await world.run(20)
    }
    await world.run(2000)
    expect(world.kept.length).toBeGreaterThan(0)
    await Promise.all(world.kept)
  })

  it('fails as on_error says when our own code does', () => {
    const world = new World()
    const broken = createRequest()
    Object.defineProperty(broken, 'client', {
      get: () => {
        throw new Error('defect')
      },
    })
    const open = world.open([createLimit()])
    const closed = world.open([createLimit({ on_error: 'closed' })])
    expect(checkNow(open, world.now, broken)).toBe(NOTHING)
    expect(checkNow(closed, world.now, broken).terminal?.status).toBe(503)
    expect([open.stats.faults, closed.stats.faults]).toEqual([1, 1])
  })

  it('answers every request in time whatever the network does', async () => {
    const fate = fc.oneof(
      fc.record({ kind: fc.constant('answer' as const), after: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ kind: fc.constant('reject' as const), after: fc.integer({ min: 0, max: 3000 }) }),
      fc.constantFrom<Fate>({ kind: 'hang' }, { kind: 'throw' }, { kind: 'short' }),
    )
    const step = fc.record({
      client: fc.nat(3),
      gap: fc.constantFrom(0, 1, 5, 40, 300, 1500),
      fate,
      accuracy: fc.nat(2),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const world = new World()
        const limits = (['strict', 'balanced', 'relaxed'] as const).map((accuracy) =>
          createLimit({ id: accuracy, accuracy, requests_per_period: 12, period: 10, mitigation_timeout: 0 }),
        )
        const limiters = limits.map((limit) => world.open([limit]))
        let open = 0
        let longest = 0
        for (const [index, { client, gap, accuracy }] of steps.entries()) {
          world.fate = () => steps[(index * 7 + world.calls.length) % steps.length]?.fate ?? { kind: 'hang' }
          const since = world.now
          open++
          const request = createRequest({ address: `192.0.2.${client}` })
          const result = limiters[accuracy]?.check(request, world.now, world.context())
          void Promise.resolve(result).then(() => {
            open--
            longest = Math.max(longest, world.now - since)
          })
          await world.run(gap)
        }
        await world.run(DEADLINE)
        expect(open).toBe(0)
        expect(longest).toBeLessThanOrEqual(DEADLINE)
        for (const { stats } of limiters) expect(stats.faults).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
