import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUsualRates, learningRate } from '../../../src/ingress/dos/usual-rates.ts'

test('the first rates are averaged, later ones count for a quarter of an hour', () => {
  expect(learningRate(2000, 0, false)).toBe(1)
  expect(learningRate(2000, 2000, false)).toBe(0.5)
  expect(learningRate(2000, 1e9, false)).toBeCloseTo(2 / 900, 4)
})

test('a surge is learned ten times more slowly', () => {
  expect(learningRate(2000, 1e9, true)).toBeCloseTo(2 / 9000, 5)
})

test('no time teaches nothing', () => {
  expect(learningRate(0, 0, false)).toBe(0)
  expect(learningRate(-5000, 100, false)).toBe(0)
})

test('an average stays between the least and the largest of its rates', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
      (series) => {
        const usual = createUsualRates(4)
        let age = 0
        for (const rate of series) {
          usual.learn(new Map([['a', rate]]), learningRate(2000, age, false))
          age += 2000
        }
        expect(usual.rateOf('a')).toBeGreaterThanOrEqual(Math.min(...series) * 0.999)
        expect(usual.rateOf('a')).toBeLessThanOrEqual(Math.max(...series) * 1.001)
      },
    ),
  )
})

test('who stays away is forgotten in the end', () => {
  const usual = createUsualRates(4)
  usual.learn(new Map([['a', 100]]), 1)
  for (let n = 0; n < 6000; n++) usual.learn(new Map(), learningRate(2000, 1e9, false))
  expect(usual.list(4)).toEqual([])
})

test('the largest are kept, however many come', () => {
  const usual = createUsualRates(10)
  for (let round = 0; round < 5; round++)
    usual.learn(new Map(Array.from({ length: 1000 }, (_, n) => [`${round} ${n}`, n])), 0.5)
  expect(usual.list(1000)).toHaveLength(10)
  expect(usual.rateOf('4 999')).toBeGreaterThan(400)
  expect(usual.rateOf('4 3')).toBe(0)
})

test('what was listed can be restored', () => {
  const usual = createUsualRates(3)
  usual.restore([
    ['a', 5],
    ['b', 4],
    ['c', 3],
    ['d', 2],
  ])
  expect(usual.list(2)).toEqual([
    ['a', 5],
    ['b', 4],
  ])
  expect(usual.rateOf('d')).toBe(0)
})
