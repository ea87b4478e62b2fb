import { expect, it } from 'vitest'
import type { Count, Counters, Hit } from '../../src/ingress/limits/counters.ts'

/** Counters under test, and how to let go of them. */
export interface CountersUnderTest {
  readonly counters: Counters
  readonly close?: () => Promise<void>
}

let fresh = 0

/** A hit of a client that no other test counts; `change` may give it a key. */
export function createHit(change: Partial<Hit> = {}): Hit {
  const key = (BigInt(++fresh) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn
  return {
    key: key.toString(16).padStart(16, '0'),
    period: 3600,
    requests_per_period: 5,
    mitigation_timeout: 600,
    ...change,
  }
}

/**
 * What every implementation of Counters must do. Implementations may use a clock of their own, so periods
 * are far longer than a test run and nothing here waits for one to end.
 */
export function describeCounters(open: () => Promise<CountersUnderTest>): void {
  async function ask(counters: Counters, hits: readonly Hit[]): Promise<Count[]> {
    return Promise.all(counters.hit(hits, Date.now()))
  }

  async function withCounters(use: (counters: Counters) => Promise<void>): Promise<void> {
    const { counters, close } = await open()
    try {
      await use(counters)
    } finally {
      await close?.()
    }
  }

  it('allows exactly requests_per_period requests and refuses the next', () =>
    withCounters(async (counters) => {
      const hit = createHit()
      const counts: Count[] = []
      for (let n = 0; n < 7; n++) counts.push(...(await ask(counters, [hit])))
      expect(counts.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false])
    }))

  it('admits exactly requests_per_period of many simultaneous requests', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 100 })
      const counts = (await Promise.all(Array.from({ length: 300 }, () => ask(counters, [hit])))).flat()
      expect(counts.filter(({ allowed }) => allowed)).toHaveLength(100)
      expect(counts).toHaveLength(300)
    }))

  it('says how many requests are left', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 3 })
      const left: number[] = []
      for (let n = 0; n < 4; n++) left.push(...(await ask(counters, [hit])).map(({ remaining }) => remaining))
      expect(left).toEqual([2, 1, 0, 0])
    }))

  it('says until when a refusal lasts, and refused requests do not prolong it', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 1 })
      const before = Date.now()
      const [allowed] = await ask(counters, [hit])
      const [first] = await ask(counters, [hit])
      const after = Date.now()
      const [second] = await ask(counters, [hit])
      expect(allowed?.until).toBe(0)
      expect(first?.until).toBeGreaterThanOrEqual(before + 600_000)
      expect(first?.until).toBeLessThanOrEqual(after + 600_000)
      expect(second?.until).toBe(first?.until)
    }))

  it('ends a refusal without mitigation_timeout within two periods', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 1, mitigation_timeout: 0, period: 60 })
      await ask(counters, [hit])
      const [refused] = await ask(counters, [hit])
      expect(refused?.allowed).toBe(false)
      expect(refused?.until).toBeGreaterThan(Date.now() + 500)
      expect(refused?.until).toBeLessThanOrEqual(Date.now() + 120_000)
    }))

  it('counts each client for itself', () =>
    withCounters(async (counters) => {
      const [a, b] = [createHit({ requests_per_period: 1 }), createHit({ requests_per_period: 1 })]
      expect((await ask(counters, [a, b])).map(({ allowed }) => allowed)).toEqual([true, true])
      expect((await ask(counters, [b, a])).map(({ allowed }) => allowed)).toEqual([false, false])
    }))

  it('answers in the order of the hits', () =>
    withCounters(async (counters) => {
      const hits = Array.from({ length: 32 }, (_, n) => createHit({ requests_per_period: n + 1 }))
      const counts = await ask(counters, hits)
      expect(counts.map(({ remaining }) => remaining)).toEqual(hits.map((_, n) => n))
    }))

  it('counts a client twice that is named twice in one call', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 2 })
      const counts = await ask(counters, [hit, hit, hit])
      expect(counts.map(({ allowed }) => allowed)).toEqual([true, true, false])
    }))

  it('keeps counts when requests_per_period is changed', () =>
    withCounters(async (counters) => {
      const hit = createHit({ requests_per_period: 10 })
      for (let n = 0; n < 3; n++) await ask(counters, [hit])
      const [lower] = await ask(counters, [{ ...hit, requests_per_period: 3 }])
      expect(lower?.allowed).toBe(false)
    }))

  it('names a shard below the number of shards for every key, always the same', () =>
    withCounters(async (counters) => {
      for (let n = 0; n < 100; n++) {
        const { key } = createHit()
        expect(counters.shardOf(key)).toBeGreaterThanOrEqual(0)
        expect(counters.shardOf(key)).toBeLessThan(counters.shards)
        expect(counters.shardOf(key)).toBe(counters.shardOf(key))
      }
    }))
}
