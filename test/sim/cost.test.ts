import { describe, expect, it } from 'vitest'
import { estimateCost, mixUsage, PRICES, USAGE_OF_KV, usageOfCalls, usageOfNaive } from './cost.ts'

const BILLION = 1e9

describe('the cost of counting', () => {
  it('is the list price of what was used', () => {
    const naive = estimateCost(BILLION, 1, usageOfNaive(true))
    expect(naive.worker).toBeCloseTo(300 + 20)
    expect(naive.calls).toBeCloseTo(150)
    expect(naive.rows).toBeCloseTo(1000)
    expect(naive.duration).toBeCloseTo(1.6)
    expect(naive.counting).toBeCloseTo(1151.6)
    expect(estimateCost(BILLION, 1, USAGE_OF_KV).counting).toBeCloseTo(500)
    expect(estimateCost(BILLION, 1, usageOfCalls(24.5)).calls).toBeCloseTo(3.675)
  })

  it('follows the prices it is given', () => {
    const prices = { ...PRICES, calls: 0, duration: 0, rows: 2 }
    expect(estimateCost(1e6, 0, usageOfNaive(true), prices).counting).toBeCloseTo(2)
  })

  it('weighs the parts of a mix by their share', () => {
    const parts = [
      { share: 3, usage: usageOfCalls(10) },
      { share: 1, usage: usageOfCalls(30) },
    ]
    expect(mixUsage(parts).calls).toBeCloseTo(15)
  })
})
