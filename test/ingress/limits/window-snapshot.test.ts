import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWindowTable } from '../../../src/ingress/limits/window-table.ts'
import { createHit } from '../../contract/counters.ts'

const START = 1_780_000_000_000
const ALL = { minPeriod: 0, most: 100_000 }

describe('snapshot of a window table', () => {
  it('carries every live count and refusal into an empty table', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 900 }))
    const keys = Array.from({ length: 10 }, (_, n) =>
      createHit({ period: 1 + (n % 4), requests_per_period: 1 + (n % 3), mitigation_timeout: n % 5 }),
    )
    const pick = (index: number) => keys.slice(index, index + 1)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.array(step, { maxLength: 80 }), (first, second) => {
        const table = createWindowTable({ capacity: 256 })
        let now = START
        for (const [which, wait] of first) {
          now += wait
          table.hit(pick(which), now)
        }
        const copy = createWindowTable({ capacity: 1024 })
        copy.restore(table.snapshot(now, ALL), now)
        for (const [which, wait] of second) {
          now += wait
          expect(copy.hit(pick(which), now)).toEqual(table.hit(pick(which), now))
        }
      }),
    )
  })

  it('leaves out short periods, except refusals in force', () => {
    const table = createWindowTable({ capacity: 256 })
    const short = createHit({ period: 10 })
    const long = createHit({ period: 11 })
    const refused = createHit({ period: 1, requests_per_period: 1, mitigation_timeout: 60 })
    table.hit([short, long, refused, refused], START)
    const copy = createWindowTable({ capacity: 256 })
    expect(copy.restore(table.snapshot(START, { minPeriod: 10, most: 100 }), START)).toBe(2)
    expect(copy.hit([short, long, refused], START).map(({ remaining }) => remaining)).toEqual([4, 3, 0])
  })

  it('takes refusals first and then the highest counts when there are too many', () => {
    const table = createWindowTable({ capacity: 4096 })
    const refused = Array.from({ length: 10 }, () => createHit({ requests_per_period: 1 }))
    const busy = Array.from({ length: 20 }, () => createHit({ requests_per_period: 100 }))
    const calm = Array.from({ length: 500 }, () => createHit())
    table.hit([...refused, ...refused], START)
    for (let n = 0; n < 40; n++) table.hit(busy, START)
    table.hit(calm, START)
    const packed = table.snapshot(START, { minPeriod: 10, most: 50 })
    const copy = createWindowTable({ capacity: 4096 })
    expect(copy.restore(packed, START)).toBe(50)
    expect(copy.hit(refused, START).every(({ allowed }) => !allowed)).toBe(true)
    expect(copy.hit(busy, START).every(({ remaining }) => remaining === 59)).toBe(true)
    expect(copy.hit(calm, START).filter(({ remaining }) => remaining === 3)).toHaveLength(20)
  })

  it('is empty when nothing is live', () => {
    const table = createWindowTable({ capacity: 256 })
    table.hit([createHit({ period: 1, mitigation_timeout: 0 })], START)
    expect(table.snapshot(START + 2000, ALL)).toHaveLength(0)
  })

  it('leaves out on the way back what has expired meanwhile', () => {
    const table = createWindowTable({ capacity: 256 })
    table.hit([createHit({ period: 60 }), createHit({ period: 3600 })], START)
    const copy = createWindowTable({ capacity: 256 })
    expect(copy.restore(table.snapshot(START, ALL), START + 120_000)).toBe(1)
  })

  it('restores nothing from bytes that are no snapshot, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(createWindowTable({ capacity: 64 }).restore(bytes, START)).toBe(0)
      }),
    )
    const table = createWindowTable({ capacity: 64 })
    table.hit([createHit()], START)
    const packed = table.snapshot(START, ALL)
    expect(createWindowTable({ capacity: 64 }).restore(packed.subarray(0, packed.length - 1), START)).toBe(0)
  })

  it('stays usable when the entries themselves are damaged', () => {
    const source = createWindowTable({ capacity: 64 })
    const hit = createHit({ period: 5, mitigation_timeout: 5 })
    source.hit([hit], START)
    const packed = source.snapshot(START, ALL)
    const damage = fc.array(fc.tuple(fc.integer({ min: 24, max: 39 }), fc.integer({ min: 0, max: 255 })))
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = packed.slice()
        for (const [index, value] of changes) bytes[index] = value
        const table = createWindowTable({ capacity: 64 })
        table.restore(bytes, START)
        const [count] = table.hit([hit], START)
        if (count?.allowed === false) expect(count.until).toBeLessThanOrEqual(START + 10_000)
        expect(table.hit([hit], START + 20_000)[0]?.allowed).toBe(true)
      }),
    )
  })
})
