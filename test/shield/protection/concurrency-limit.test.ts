import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CONCURRENCY,
  type ConcurrencyLimit,
  createConcurrencyLimit,
} from '../../../src/shield/protection/concurrency-limit.ts'

const START = 1_780_000_000_000

interface Origin {
  /** Requests it works on at the same time at full speed. */
  readonly capacity: number
  /** Milliseconds. */
  readonly latency: number
}

/** As many callers as the limit lets through, up to `demand`, for so many seconds. Returns the time at the end. */
function run(
  limit: ConcurrencyLimit,
  origin: Origin,
  demand: number,
  seconds: number,
  start: number,
): number {
  let now = start
  while (now < start + seconds * 1000) {
    const inflight = Math.max(1, Math.min(demand, limit.limit))
    const latency = origin.latency * Math.max(1, inflight / origin.capacity)
    for (let n = 0; n < inflight; n++) limit.answered(latency, inflight, now + latency)
    now += latency
  }
  return now
}

describe('a concurrency limit', () => {
  test('grows to what is asked for while the origin keeps its pace', () => {
    const limit = createConcurrencyLimit()
    run(limit, { capacity: 1000, latency: 50 }, 150, 30, START)
    expect(limit.limit).toBeGreaterThanOrEqual(150)
  })

  test('does not grow for want of requests', () => {
    const limit = createConcurrencyLimit()
    run(limit, { capacity: 1000, latency: 50 }, 3, 30, START)
    expect(limit.limit).toBe(CONCURRENCY.initial)
  })

  test('shrinks when the origin gets slow, and grows again when it is fast', () => {
    const limit = createConcurrencyLimit()
    let now = run(limit, { capacity: 1000, latency: 50 }, 150, 30, START)
    const fast = limit.limit
    now = run(limit, { capacity: 1000, latency: 1000 }, 150, 20, now)
    const slow = limit.limit
    run(limit, { capacity: 1000, latency: 50 }, 150, 60, now)
    expect(slow).toBeLessThan(fast / 4)
    expect(limit.limit).toBeGreaterThanOrEqual(150)
  })

  test('finds the order of magnitude of what the origin can take', () => {
    const limit = createConcurrencyLimit()
    run(limit, { capacity: 30, latency: 40 }, 500, 60, START)
    expect(limit.limit).toBeGreaterThanOrEqual(30)
    expect(limit.limit).toBeLessThan(120)
  })

  test('falls to the least when every request is dropped, and recovers', () => {
    const limit = createConcurrencyLimit()
    let now = START
    for (; now < START + 30_000; now += 10) limit.dropped(20, now)
    expect(limit.limit).toBe(CONCURRENCY.min)
    run(limit, { capacity: 1000, latency: 50 }, 100, 60, now)
    expect(limit.limit).toBeGreaterThanOrEqual(100)
  })

  test('is not brought down by a client whose requests are one drop in five', () => {
    const limit = createConcurrencyLimit()
    for (let n = 0; n < 30_000; n++) {
      const now = START + n * 5
      if (n % 5 === 0) limit.dropped(limit.limit, now)
      else limit.answered(50, limit.limit, now)
    }
    expect(limit.limit).toBeGreaterThan(CONCURRENCY.initial)
  })

  test('takes the number the origin tells in place of its own guess', () => {
    const limit = createConcurrencyLimit()
    let now = START
    for (; now < START + 10_000; now += 20) {
      // A fifth of the origin's requests are this isolate's, and it could take three times as many.
      limit.told({ inflight: 50, limit: 150 }, 10, now)
      limit.answered(5000, 10, now)
    }
    expect(limit.limit).toBe(29)
    for (; now < START + 20_000; now += 20) {
      limit.told({ inflight: 200, limit: 100 }, 10, now)
      limit.answered(1, 10, now)
    }
    expect(limit.limit).toBe(5)
  })

  test('does not believe a told number for longer than ten seconds', () => {
    const limit = createConcurrencyLimit()
    limit.told({ inflight: 100, limit: 2 }, 20, START)
    run(limit, { capacity: 1000, latency: 50 }, 150, 9, START)
    expect(limit.limit).toBeLessThan(5)
    run(limit, { capacity: 1000, latency: 50 }, 150, 60, START + 9000)
    expect(limit.limit).toBeGreaterThanOrEqual(150)
  })

  test('stays a whole number within its bounds whatever it is told, by whatever clock', () => {
    const time = fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 0, max: 2000 }))
    const inflight = fc.integer({ min: 0, max: 1000 })
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('answered' as const),
        latency: fc.option(fc.double(), { nil: undefined }),
        inflight,
        time,
      }),
      fc.record({ kind: fc.constant('dropped' as const), inflight, time }),
      fc.record({
        kind: fc.constant('told' as const),
        load: fc.record({
          inflight: fc.integer({ min: 0, max: 9_999_999 }),
          limit: fc.integer({ min: 1, max: 9_999_999 }),
        }),
        inflight,
        time,
      }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const limit = createConcurrencyLimit()
        let now = START
        for (const each of steps) {
          now += each.time
          if (each.kind === 'answered') limit.answered(each.latency, each.inflight, now)
          else if (each.kind === 'dropped') limit.dropped(each.inflight, now)
          else limit.told(each.load, each.inflight, now)
          expect(Number.isInteger(limit.limit)).toBe(true)
          expect(limit.limit).toBeGreaterThanOrEqual(CONCURRENCY.min)
          expect(limit.limit).toBeLessThanOrEqual(CONCURRENCY.max)
        }
      }),
    )
  })
})
