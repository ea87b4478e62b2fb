import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Priority, placesFor } from '../../../src/shield/protection/priority.ts'

const ORDER: readonly Priority[] = ['critical', 'normal', 'low', 'suspected']
const places = (limit: number): number[] => ORDER.map((priority) => placesFor(priority, limit))

describe('places', () => {
  test('are 100, 80, 60 and 20 percent of the limit', () => {
    expect(places(100)).toEqual([100, 80, 60, 20])
    expect(places(5)).toEqual([5, 4, 3, 1])
  })

  test('leave one for critical requests from a limit of 2 on', () => {
    expect(places(2)).toEqual([2, 1, 1, 1])
  })

  test('are never more for who goes last, and never none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (limit) => {
        const all = places(limit)
        expect(all).toEqual([...all].sort((a, b) => b - a))
        expect(Math.min(...all)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...all)).toBe(limit)
      }),
    )
  })
})
