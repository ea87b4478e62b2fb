import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSampler } from '../../src/worker/sampler.ts'

const NOW = 1_795_000_000_000

test('the first records of a second are written, the rest are counted', () => {
  const sampler = createSampler(2)
  const admitted = [0, 1, 500, 999, 1000, 1001, 1999].map((ms) => sampler.admit('a', NOW + ms))
  expect(admitted).toEqual([true, true, false, false, true, true, false])
  expect(sampler.drain()).toEqual([['a', 3]])
})

test('keys do not take each other’s share', () => {
  const sampler = createSampler(1)
  expect([sampler.admit('a', NOW), sampler.admit('a', NOW), sampler.admit('b', NOW)]).toEqual([
    true,
    false,
    true,
  ])
})

test('what was left out is told once', () => {
  const sampler = createSampler(0)
  expect(sampler.pending).toBe(false)
  expect(sampler.admit('a', NOW)).toBe(false)
  expect(sampler.pending).toBe(true)
  expect(sampler.drain()).toEqual([['a', 1]])
  expect(sampler.pending).toBe(false)
  expect(sampler.drain()).toEqual([])
  sampler.admit('a', NOW)
  expect(sampler.drain()).toEqual([['a', 1]])
})

test('draining does not open the second again', () => {
  const sampler = createSampler(1)
  sampler.admit('a', NOW)
  sampler.admit('a', NOW)
  sampler.drain()
  expect(sampler.admit('a', NOW + 1)).toBe(false)
})

test('a flood of keys shares one entry', () => {
  const sampler = createSampler(0)
  for (let i = 0; i < 10_000; i++) sampler.admit(`key-${i}`, NOW)
  sampler.admit('key-0', NOW)
  const counts = new Map(sampler.drain())
  expect(counts.size).toBe(4097)
  expect(counts.get('other')).toBe(10_000 - 4096)
  expect(counts.get('key-0')).toBe(2)
})

test('every record is either written or counted, and no more are written than allowed', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', '__proto__'),
    ms: fc.nat(700),
    drain: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.nat(4), fc.array(step, { maxLength: 40 }), (perSecond, steps) => {
      const sampler = createSampler(perSecond)
      const written = new Map<string, number>()
      let left = 0
      let now = NOW
      for (const { key, ms, drain } of steps) {
        now += ms
        const slot = `${key} ${Math.floor(now / 1000)}`
        if (sampler.admit(key, now)) written.set(slot, (written.get(slot) ?? 0) + 1)
        else expect(written.get(slot) ?? 0).toBe(perSecond)
        if (drain) for (const [, count] of sampler.drain()) left += count
      }
      for (const [, count] of sampler.drain()) left += count
      for (const count of written.values()) expect(count).toBeLessThanOrEqual(perSecond)
      expect([...written.values()].reduce((sum, count) => sum + count, left)).toBe(steps.length)
    }),
  )
})
