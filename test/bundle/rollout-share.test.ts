import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInShare } from '../../src/bundle/rollout-share.ts'

const units = Array.from({ length: 20_000 }, (_, i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`)

function countIn(salt: string, percent: number): number {
  return units.filter((unit) => isInShare(salt, unit, percent)).length
}

describe('isInShare', () => {
  test.each([1, 5, 10, 25, 50, 90])('takes about %i of 100 neighbouring addresses', (percent) => {
    for (const salt of ['a', 'b', 'h7Jk_-']) {
      const expected = (units.length * percent) / 100
      // Six standard deviations of a binomial distribution.
      const slack = 6 * Math.sqrt((units.length * percent * (100 - percent)) / 10_000)
      expect(Math.abs(countIn(salt, percent) - expected)).toBeLessThan(slack)
    }
  })

  test('takes none at 0 and all at 100', () => {
    expect([countIn('s', 0), countIn('s', 100)]).toEqual([0, units.length])
  })

  test('keeps a client in every larger share', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(100), fc.nat(100), (salt, unit, a, b) => {
        if (isInShare(salt, unit, Math.min(a, b))) expect(isInShare(salt, unit, Math.max(a, b))).toBe(true)
      }),
    )
  })

  test('takes other clients with another salt', () => {
    const both = units.filter((unit) => isInShare('a', unit, 10) && isInShare('b', unit, 10)).length
    expect(both).toBeGreaterThan(100)
    expect(both).toBeLessThan(320)
  })
})
