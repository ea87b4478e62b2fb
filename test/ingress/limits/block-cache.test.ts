import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlockCache } from '../../../src/ingress/limits/block-cache.ts'

const LONGEST = 10_000

describe('block cache', () => {
  it('answers as a map of the refusals in force does while there is room', () => {
    const word = fc.integer({ min: 0, max: 3 })
    const step = fc.record({
      hi: word,
      lo: word,
      wait: fc.nat(3000),
      length: fc.integer({ min: -5, max: LONGEST }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const cache = createBlockCache(1024)
        const map = new Map<string, number>()
        let now = 1_000_000
        for (const { hi, lo, wait, length } of steps) {
          now += wait
          const end = map.get(`${hi}/${lo}`) ?? 0
          expect(cache.find(hi, lo, now, LONGEST)).toBe(end > now ? end : 0)
          cache.block(hi, lo, now + length, now)
          if (length > 0) map.set(`${hi}/${lo}`, now + length)
        }
      }),
    )
  })

  it('knows 32-bit words above 2³¹', () => {
    const cache = createBlockCache(8)
    cache.block(0xffffffff, 0xfffffffe, 2000, 1000)
    expect(cache.find(0xffffffff, 0xfffffffe, 1000, LONGEST)).toBe(2000)
  })

  it('forgets the refusal that ends soonest when its place is full', () => {
    const cache = createBlockCache(8)
    for (let n = 0; n < 8; n++) cache.block(n, 0, 2000 + n, 1000)
    cache.block(99, 0, 5000, 1000)
    expect(cache.find(0, 0, 1000, LONGEST)).toBe(0)
    expect(cache.find(99, 0, 1000, LONGEST)).toBe(5000)
    for (let n = 1; n < 8; n++) expect(cache.find(n, 0, 1000, LONGEST)).toBe(2000 + n)
  })

  it('does not believe a refusal that lasts longer than the limit can refuse: the clock stepped back', () => {
    const cache = createBlockCache(8)
    cache.block(1, 2, 900_000, 895_000)
    expect(cache.find(1, 2, 100_000, LONGEST)).toBe(0)
  })

  it('has no refusal for the key of zeros unless one was made', () => {
    expect(createBlockCache(8).find(0, 0, 1, LONGEST)).toBe(0)
  })
})
