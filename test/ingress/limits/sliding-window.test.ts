import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BEGAN_PARTS } from '../../../src/ingress/limits/exchange.ts'
import { type Buckets, countCarried, findQuietTime } from '../../../src/ingress/limits/sliding-window.ts'

const PERIOD = 60_000

describe('what is carried over from the window before', () => {
  it('fades evenly when its requests came from its beginning on', () => {
    const carried = [0, 15_000, 30_000, 45_000, 60_000].map((at) => countCarried(100, 0, at, PERIOD))
    expect(carried).toEqual([100, 75, 50, 25, 0])
  })

  it('is nearly all of it as long as the sliding window reaches back to the first of many', () => {
    const half = BEGAN_PARTS / 2
    const carried = [0, 30_000, 45_000, 60_000].map((at) => countCarried(100, half, at, PERIOD))
    expect(carried).toEqual([100, 98, 49, 0])
  })

  it('is less for a few, which may have come late by chance', () => {
    const late = (BEGAN_PARTS * 3) / 4
    expect([1, 2, 4].map((count) => countCarried(count, late, 45_000, PERIOD))).toEqual([0, 1, 2])
  })

  it('is all or nothing when the clocks disagree about the window', () => {
    expect([countCarried(100, 0, -5000, PERIOD), countCarried(100, 0, 99_000, PERIOD)]).toEqual([100, 0])
  })

  it('is what a log of evenly spread requests would count, or up to three less', () => {
    const schedule = fc.record({
      requests: fc.integer({ min: 1, max: 500 }),
      began: fc.integer({ min: 0, max: BEGAN_PARTS - 1 }),
      elapsed: fc.integer({ min: 0, max: PERIOD }),
    })
    fc.assert(
      fc.property(schedule, ({ requests, began, elapsed }) => {
        const start = Math.floor((PERIOD * began) / BEGAN_PARTS)
        const times = Array.from(
          { length: requests },
          (_, n) => start + ((PERIOD - start) * (n + 0.5)) / requests,
        )
        const exact = times.filter((time) => time > elapsed).length
        const carried = countCarried(requests, began, elapsed, PERIOD)
        expect(carried).toBeLessThanOrEqual(exact + 1)
        expect(carried).toBeGreaterThanOrEqual(exact - 3)
      }),
    )
  })
})

describe('the time from which there is room again', () => {
  const buckets = fc.record({
    previous: fc.integer({ min: 0, max: 2000 }),
    began: fc.integer({ min: 0, max: BEGAN_PARTS - 1 }),
    current: fc.integer({ min: 0, max: 2000 }),
    begins: fc.integer({ min: 0, max: BEGAN_PARTS - 1 }),
  })

  /** As a shard would reckon if nothing more came. */
  function confirmedAt({ previous, began, current, begins }: Buckets, at: number): number {
    return at < PERIOD
      ? current + countCarried(previous, began, at, PERIOD)
      : countCarried(current, begins, at - PERIOD, PERIOD)
  }

  it('is the first millisecond at which less than the limit is counted', () => {
    fc.assert(
      fc.property(buckets, fc.integer({ min: 1, max: 1000 }), (given, limit) => {
        fc.pre(confirmedAt(given, 0) >= limit)
        const quiet = findQuietTime(given, limit, PERIOD)
        expect(confirmedAt(given, quiet)).toBeLessThan(limit)
        if (quiet > 1) expect(confirmedAt(given, quiet - 2)).toBeGreaterThanOrEqual(limit)
      }),
    )
  })
})
