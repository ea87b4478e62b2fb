import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrequentItems } from '../../../src/cli/replay/frequent-items.ts'

describe('createFrequentItems', () => {
  it('counts exactly while there is room', () => {
    const items = createFrequentItems(10)
    for (const key of ['b', 'a', 'c', 'a', 'b', 'a']) items.add(key)
    expect(items.error).toBe(0)
    expect(items.top(2)).toEqual([
      { key: 'a', count: 3 },
      { key: 'b', count: 2 },
    ])
  })

  it('never counts too low, bounds how much too high, and stays within its capacity', () => {
    const keys = fc.array(fc.nat(60), { maxLength: 2000 })
    fc.assert(
      fc.property(keys, fc.integer({ min: 2, max: 20 }), (stream, capacity) => {
        const items = createFrequentItems(capacity)
        const truth = new Map<string, number>()
        for (const number of stream) {
          const key = String(number)
          items.add(key)
          truth.set(key, (truth.get(key) ?? 0) + 1)
          expect(items.size).toBeLessThanOrEqual(capacity)
        }
        const found = new Map(items.top(capacity).map(({ key, count }) => [key, count]))
        expect(items.error).toBeLessThanOrEqual((2 * stream.length) / capacity)
        for (const [key, count] of truth) {
          const said = found.get(key) ?? 0
          if (said === 0) expect(count).toBeLessThanOrEqual(items.error)
          else expect(said).toBeGreaterThanOrEqual(count)
          expect(said).toBeLessThanOrEqual(count + items.error)
        }
      }),
    )
  })

  it('finds a heavy key among 100,000 keys that come once', () => {
    const items = createFrequentItems(64)
    for (let i = 0; i < 100_000; i++) {
      items.add(`once-${i}`)
      if (i % 10 === 0) items.add('heavy')
    }
    expect(items.top(1)[0]?.key).toBe('heavy')
    expect(items.size).toBeLessThanOrEqual(64)
  })
})
