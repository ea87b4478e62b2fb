import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createRetryBudget,
  FREE_PER_SECOND,
  MOST_SAVED,
  RETRY_SHARE,
} from '../../../src/shield/protection/retry-budget.ts'

const START = 1_780_000_000_000

describe('a retry budget', () => {
  test('grants one retry in ten first tries when nothing else is left', () => {
    const budget = createRetryBudget(START)
    let granted = 0
    for (let n = 0; n < 1000; n++) {
      budget.deposit()
      if (!budget.withdraw(START)) continue
      budget.deposit()
      granted++
    }
    // 1000 × 0.1 in sums of binary fractions, and the one it starts with.
    expect([100, 101]).toContain(granted)
  })

  test('grants a retry per second to an origin that gets hardly any requests', () => {
    const budget = createRetryBudget(START)
    const granted = [0, 100, 1000, 1100, 2000].map((ms) => {
      const isGranted = budget.withdraw(START + ms)
      if (isGranted) budget.deposit()
      return isGranted
    })
    expect(granted).toEqual([true, false, true, false, true])
  })

  test('never grants more than its share, its floor and what was saved up', () => {
    const step = fc.oneof(
      fc.constant('try' as const),
      fc.constant('retry' as const),
      fc.integer({ min: 0, max: 5000 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(100), (steps, from) => {
        const budget = createRetryBudget(START)
        let now = START
        let [tries, granted, since] = [0, 0, START]
        for (const [index, each] of steps.entries()) {
          // The bound holds from any moment on, not only from the first.
          if (index === from) [tries, granted, since] = [0, 0, now]
          if (each === 'try') {
            budget.deposit()
            tries++
          } else if (each === 'retry' && budget.withdraw(now)) {
            budget.deposit()
            granted++
          } else if (typeof each === 'number') now += each
          const floor = ((now - since) / 1000) * FREE_PER_SECOND
          const saved = since === START ? 1 : MOST_SAVED + floor
          expect(granted).toBeLessThanOrEqual(RETRY_SHARE * tries + floor + Math.max(saved, 1) + 1e-6)
        }
      }),
    )
  })

  test('gives nothing for a clock that steps back and forth', () => {
    const budget = createRetryBudget(START)
    expect(budget.withdraw(START)).toBe(true)
    expect(budget.withdraw(START - 60_000)).toBe(false)
  })
})
