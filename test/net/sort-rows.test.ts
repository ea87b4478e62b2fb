import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sortRows } from '../../src/net/sort-rows.ts'

describe('sortRows', () => {
  test('orders rows by their words from first to last, as comparing them does', () => {
    const word = fc.oneof(
      fc.nat(3),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(255, 256, 65_536),
    )
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((stride) =>
        fc.array(fc.array(word, { minLength: stride, maxLength: stride }), { maxLength: 40 }),
      )
    fc.assert(
      fc.property(table, (rows) => {
        const stride = rows[0]?.length ?? 1
        const compare = (a: number, b: number): number => {
          for (let i = 0; i < stride; i++) {
            const difference = (rows[a]?.[i] ?? 0) - (rows[b]?.[i] ?? 0)
            if (difference !== 0) return difference
          }
          return a - b
        }
        const expected = rows.map((_, i) => i).sort(compare)
        expect([...sortRows(Uint32Array.from(rows.flat()), stride)]).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves nothing of nothing', () => {
    expect([...sortRows(new Uint32Array(0), 3)]).toEqual([])
  })
})
