import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PUZZLES } from '../../../../src/ingress/challenge/offer.ts'
import { MAKE_SOLVER } from '../../../../src/ingress/challenge/page/proof-script.ts'
import { isSolution } from '../../../../src/ingress/challenge/proof.ts'

type Solve = (prefix: string, bits: number, from: number, count: number) => number

const solve: Solve = runInNewContext(`(${MAKE_SOLVER})()`)
const bitsOf = (text: string): number =>
  Math.clz32(createHash('sha256').update(text).digest().readUInt32BE(0))

test('finds the first number whose hash begins with the bits, whatever the length of the prefix', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 10_000_000, max: 99_990_000 }),
      (prefix, bits, from) => {
        const n = solve(prefix, bits, from, 3000)
        let first = from
        while (bitsOf(`${prefix}${first}`) < bits) first++
        expect(n).toBe(first)
      },
    ),
  )
})

test('says so when there is none among those it was given', () => {
  const first = solve('token:0:', 8, 10_000_000, 100_000)
  expect(first).toBeGreaterThan(10_000_000)
  expect(solve('token:0:', 8, 10_000_000, first - 10_000_000)).toBe(-1)
  expect(solve('token:0:', 8, 10_000_000, first - 10_000_000 + 1)).toBe(first)
})

test('counts through all its digits', () => {
  const from = 19_999_995
  const found = solve('x', 3, from, 100)
  for (let n = from; n < found; n++) expect(bitsOf(`x${n}`)).toBeLessThan(3)
  expect(bitsOf(`x${found}`)).toBeGreaterThanOrEqual(3)
  expect(found).toBeGreaterThan(from)
})

test('what it finds is what the edge takes', () => {
  const token = 'A'.repeat(96)
  const numbers = Array.from({ length: PUZZLES }, (_, i) => solve(`${token}:${i}:`, 8, 10_000_000, 1_000_000))
  expect(isSolution(token, numbers.join('.'), 8)).toBe(true)
})
