import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPeak, judgeExactly } from './exact-log.ts'

const TERMS = { limit: 3, period: 1000, mitigation: 5000 }
const at = (...times: number[]): Float64Array => Float64Array.from(times)

describe('the exact log', () => {
  it('lets the limit pass in a period, and refuses what is more for the whole mitigation', () => {
    expect(judgeExactly(at(0, 1, 2, 3, 4000, 5002, 5003), TERMS)).toEqual({ admitted: 4, violatedAt: 3 })
  })

  it('lets a client pass again as soon as its oldest request is a period ago', () => {
    expect(judgeExactly(at(0, 500, 900, 1000, 1500), TERMS)).toEqual({ admitted: 5, violatedAt: -1 })
  })

  it('only holds back what is over the limit when it throttles', () => {
    const throttled = { ...TERMS, mitigation: 0 }
    expect(judgeExactly(at(0, 1, 2, 3, 999, 1000, 1001), throttled)).toEqual({ admitted: 5, violatedAt: 3 })
  })

  it('never lets more pass in any period than the limit', () => {
    const anyTimes = fc.array(fc.nat({ max: 5000 }), { maxLength: 60 })
    fc.assert(
      fc.property(anyTimes, fc.integer({ min: 1, max: 8 }), (list, limit) => {
        const times = Float64Array.from(list).sort()
        const terms = { limit, period: 1000, mitigation: 0 }
        const passed = times.filter((_, index) => passes(times, index, terms))
        expect(findPeak(passed, 1000)).toBeLessThanOrEqual(limit)
        expect(judgeExactly(times, terms).admitted).toBe(passed.length)
      }),
    )
  })
})

/** Whether request `index` is one that the log lets pass: it makes a difference to how many have. */
function passes(times: Float64Array, index: number, terms: typeof TERMS): boolean {
  const until = judgeExactly(times.subarray(0, index + 1), terms).admitted
  return until > judgeExactly(times.subarray(0, index), terms).admitted
}

describe('the peak', () => {
  it('is the most that lies in any one period', () => {
    expect(findPeak(at(0, 10, 500, 1005, 1009, 3000), 1000)).toBe(4)
    expect(findPeak(at(0, 1000, 2000), 1000)).toBe(1)
    expect(findPeak(at(), 1000)).toBe(0)
  })
})
