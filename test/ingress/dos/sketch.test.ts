import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSketch, SLOTS } from '../../../src/ingress/dos/sketch.ts'

const keys = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 3000 })

describe('a sketch', () => {
  test('never says that a source was seen more often than it was', () => {
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 1, max: 40 }),
        (words, seed, few) => {
          const sketch = createSketch(seed)
          const true_ = new Map<number, number>()
          for (const word of words) {
            const key = word % (few * 100)
            sketch.add(0, key, 0, 2)
            true_.set(key, (true_.get(key) ?? 0) + 2)
          }
          for (const { low, count } of sketch.top(SLOTS, 1))
            expect(count).toBeLessThanOrEqual(true_.get(low) ?? 0)
        },
      ),
    )
  })

  test('counts exactly as long as there is room for all', () => {
    const sketch = createSketch(7)
    for (let round = 1; round <= 5; round++) for (let key = 0; key < round; key++) sketch.add(1, key, 4, 3)
    const counted = sketch.top(10, 1).map(({ low, count }) => [low, count])
    expect(counted).toEqual([
      [0, 15],
      [1, 12],
      [2, 9],
      [3, 6],
      [4, 3],
    ])
  })

  test('finds a source that sends a twentieth of all, however many others come once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const sketch = createSketch(seed)
        for (let n = 0; n < 40_000; n++) {
          sketch.add(n, Math.imul(n, 0x9e3779b1) >>> 0, 6, 1)
          if (n % 19 === 0) sketch.add(0, 0xcb00_7109, 4, 1)
        }
        const [first] = sketch.top(1, 1)
        expect(first).toMatchObject({ low: 0xcb00_7109, kind: 4 })
        expect(first?.count).toBeGreaterThan(1500)
      }),
      { numRuns: 20 },
    )
  })

  test('tells sources of two kinds apart whose words are the same', () => {
    const sketch = createSketch(1)
    sketch.add(0, 5, 4, 1)
    sketch.add(0, 5, 6, 2)
    expect(sketch.top(5, 1).map(({ kind, count }) => [kind, count])).toEqual([
      [6, 2],
      [4, 1],
    ])
  })

  test('tells no more than asked for, and nobody who was seen less often than asked for', () => {
    const sketch = createSketch(1)
    for (let key = 0; key < 20; key++) sketch.add(0, key, 0, key + 1)
    expect(sketch.top(3, 1).map(({ low }) => low)).toEqual([19, 18, 17])
    expect(sketch.top(20, 18).map(({ count }) => count)).toEqual([20, 19, 18])
  })

  test('forgets everything when it is cleared, the texts as well', () => {
    const sketch = createSketch(1)
    sketch.add(1, 2, 0, 1, 'a text')
    expect(sketch.top(1, 1)[0]?.text).toBe('a text')
    sketch.clear()
    expect(sketch.top(SLOTS, 0)).toEqual([])
  })
})
