import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowOf } from '../../../src/ingress/limits/exchange.ts'
import { createLeaseTable, type LeaseTable } from '../../../src/ingress/limits/lease-table.ts'

const NOW = 1_780_000_000_000
const PERIOD = 60
const GRACE = 2
const WEEK = 604_800_000

/** Two halves of a hash that look random and are told by one number. */
const hashOf = (n: number): readonly [hi: number, lo: number] => [
  Math.imul(n + 1, 0x9e3779b1) >>> 0,
  Math.imul(n + 7, 0x85ebca6b) >>> 0,
]

function place(table: LeaseTable, n: number, now: number = NOW, period: number = PERIOD): number {
  const [hi, lo] = hashOf(n)
  const slot = table.place(hi, lo, now)
  table.roll(slot, lo, period, GRACE, now)
  return slot
}

const find = (table: LeaseTable, n: number): number => table.find(...hashOf(n))

/** The first moment of the window after the one that `now` lies in. */
function nextWindow(n: number, now: number, period: number = PERIOD): number {
  const [, lo] = hashOf(n)
  let end = now
  while (windowOf(lo, end, period) === windowOf(lo, now, period)) end += 250
  return end
}

describe('lease table', () => {
  it('takes at most 8,000,000 bytes for 200,000 keys, and loses hardly one of them', () => {
    const table = createLeaseTable(2 ** 18)
    expect(table.bytes).toBeLessThanOrEqual(8_000_000)
    for (let n = 0; n < 200_000; n++) table.spend(place(table, n), 1, 10, PERIOD, NOW)
    let known = 0
    for (let n = 0; n < 200_000; n++) if (find(table, n) >= 0) known++
    expect(200_000 - known).toBe(table.evicted)
    expect(table.evicted).toBeLessThan(20)
  })

  it('has the same size after a million rotating keys', () => {
    const table = createLeaseTable(4096)
    const { bytes } = table
    for (let n = 0; n < 1_000_000; n++) table.spend(place(table, n), 1, 10, PERIOD, NOW)
    expect(table.bytes).toBe(bytes)
    expect(bytes).toBe(4096 * 28)
  })

  it('keeps refusals, and keys that are used much, while other keys rotate', () => {
    const table = createLeaseTable(1024)
    const kept = Array.from({ length: 200 }, (_, n) => n)
    for (const n of kept) {
      const slot = place(table, n)
      if (n % 2 === 0) table.refuse(slot, NOW + 60_000, 1, NOW)
      else table.spend(slot, 50, 100, PERIOD, NOW)
    }
    for (let n = 1000; n < 101_000; n++) table.spend(place(table, n), 1, 10, PERIOD, NOW)
    for (const n of kept) {
      const slot = find(table, n)
      expect(slot).toBeGreaterThanOrEqual(0)
      if (n % 2 === 0) expect(table.refusedFor(slot, NOW, WEEK)).toBeGreaterThan(0)
      else expect(table.used(slot)).toBe(50)
    }
  })

  it('never lets a refusal in force go while one of its neighbours is not refused', () => {
    const step = fc.record({ key: fc.nat(300), refuse: fc.boolean(), wait: fc.integer({ min: 0, max: 900 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = createLeaseTable(32)
        const refused = new Map<number, number>()
        let now = NOW
        for (const { key, refuse, wait } of steps) {
          now += wait
          const inForce = [...refused].filter(([, until]) => until > now + 8)
          const before = inForce.length
          const slot = place(table, key, now)
          if (refuse) table.refuse(slot, now + 5000, 1, now)
          // 32 slots in four groups: as long as fewer than eight are refused, no two groups are full of refusals.
          if (before < 8) for (const [n] of inForce) expect(find(table, n)).toBeGreaterThanOrEqual(0)
          if (refuse) refused.set(key, now + 5000)
          for (const [n] of refused) if (find(table, n) < 0) refused.delete(n)
        }
      }),
    )
  })

  it('gives up keys whose window is over before those in force', () => {
    const table = createLeaseTable(16)
    for (let n = 0; n < 16; n++) table.spend(place(table, n, NOW, 1), 99, 100, 1, NOW)
    const later = NOW + 5000
    for (let n = 100; n < 116; n++) table.spend(place(table, n, later, PERIOD), 1, 10, PERIOD, later)
    expect(table.evicted).toBe(0)
    for (let n = 100; n < 116; n++) expect(find(table, n)).toBeGreaterThanOrEqual(0)
  })

  it('counts what is used in a window, and keeps it for one more', () => {
    const table = createLeaseTable(64)
    const slot = place(table, 1)
    table.spend(slot, 5, 100, PERIOD, NOW)
    expect([table.used(slot), table.before(slot)]).toEqual([5, 0])
    const next = nextWindow(1, NOW)
    place(table, 1, next)
    expect([table.used(slot), table.before(slot)]).toEqual([0, 5])
    place(table, 1, next + 2 * PERIOD * 1000)
    expect([table.used(slot), table.before(slot)]).toEqual([0, 0])
  })

  it('names its window by the number that shards use, whatever the clock and the period', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 * 30 }),
        fc.integer({ min: 1, max: 86_400 }),
        fc.nat(1000),
        (after, period, key) => {
          const table = createLeaseTable(16)
          const [, lo] = hashOf(key)
          const slot = place(table, key, NOW + after, period)
          expect(table.windowAt(slot, lo, period, NOW + after)).toBe(windowOf(lo, NOW + after, period))
        },
      ),
    )
  })

  it('does not go back to the window before when the clock is a little behind', () => {
    const table = createLeaseTable(16)
    const next = nextWindow(3, NOW)
    const slot = place(table, 3, next)
    table.spend(slot, 4, 100, PERIOD, next)
    place(table, 3, next - 1000)
    const [, lo] = hashOf(3)
    expect(table.used(slot)).toBe(4)
    expect(table.windowAt(slot, lo, PERIOD, next - 1000)).toBe(windowOf(lo, next, PERIOD))
    place(table, 3, next - 2.5 * PERIOD * 1000)
    expect(table.used(slot)).toBe(0)
  })

  it('spends tokens first, and grace only beyond the allowance', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    table.grant(slot, 3, GRACE, NOW + 5000, NOW)
    table.spend(slot, 2, 0, PERIOD, NOW)
    expect([table.held(slot, NOW), table.grace(slot), table.used(slot)]).toEqual([1, GRACE, 2])
    table.spend(slot, 2, 0, PERIOD, NOW)
    expect([table.held(slot, NOW), table.grace(slot), table.used(slot)]).toEqual([0, GRACE - 1, 4])
    table.spend(slot, 1, 10, PERIOD, NOW)
    expect(table.grace(slot)).toBe(GRACE - 1)
  })

  it('has tokens until they end, the window ends, the clock is set back, or the key is refused', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    const grant = (): void => table.grant(slot, 8, GRACE, NOW + 5000, NOW)
    grant()
    expect([table.held(slot, NOW + 4900), table.held(slot, NOW + 5000)]).toEqual([8, 0])
    table.dropTokens()
    expect(table.held(slot, NOW)).toBe(0)
    grant()
    expect(table.held(slot, NOW)).toBe(8)
    place(table, 1, nextWindow(1, NOW))
    expect(table.held(slot, NOW)).toBe(0)
    grant()
    table.refuse(slot, NOW + 1000, 3, NOW)
    expect([table.held(slot, NOW), table.grace(slot)]).toEqual([0, 0])
    grant()
    expect(table.held(slot, NOW)).toBe(0)
  })

  it('refuses until the end, and then has no grace before tokens are granted or a window begins', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    table.refuse(slot, NOW + 1000, 1, NOW)
    expect(table.refusedFor(slot, NOW, WEEK)).toBe(1000)
    expect(table.refusedFor(slot, NOW + 999, WEEK)).toBeGreaterThan(0)
    place(table, 1, NOW + 1008)
    expect([table.refusedFor(slot, NOW + 1008, WEEK), table.grace(slot)]).toEqual([0, 0])
    table.grant(slot, 1, 1, NOW + 5000, NOW + 1008)
    expect(table.grace(slot)).toBe(1)
    table.refuse(slot, NOW + 2000, 2, NOW + 1008)
    const next = nextWindow(1, NOW)
    place(table, 1, next)
    expect([table.grace(slot), table.wasRefused(slot)]).toEqual([GRACE, true])
  })

  it('has no grace in a window that begins while the key is refused, until that ends', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    const next = nextWindow(1, NOW)
    table.refuse(slot, next + 1000, 1, NOW)
    place(table, 1, next)
    expect([table.refusedFor(slot, next, WEEK), table.grace(slot)]).toEqual([1000, 0])
    place(table, 1, next + 1008)
    expect([table.refusedFor(slot, next + 1008, WEEK), table.grace(slot)]).toEqual([0, 0])
  })

  it('takes a key for refused lately in the window after a refusal, though it was long and nothing else is known of it', () => {
    const table = createLeaseTable(16)
    const [hi, lo] = hashOf(5)
    table.refuse(table.place(hi, lo, NOW), NOW + 600_000, 1, NOW)
    const slot = place(table, 5, NOW + 600_010)
    expect([table.wasRefused(slot), table.grace(slot)]).toEqual([true, GRACE])
    place(table, 5, NOW + 600_010 + 3 * PERIOD * 1000)
    expect([table.wasRefused(slot), table.grace(slot)]).toEqual([false, GRACE])
  })

  it('does not believe a refusal for longer than the limit has, and does not come back to it', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    table.refuse(slot, NOW + 60_000, 1, NOW)
    expect(table.refusedFor(slot, NOW - 3_600_000, 60_000)).toBe(0)
    expect(table.refusedFor(slot, NOW, 60_000)).toBe(0)
  })

  it('tells the strikes of each refusal once', () => {
    const table = createLeaseTable(16)
    const slot = place(table, 1)
    table.refuse(slot, NOW + 1000, 4, NOW)
    table.refuse(slot, NOW + 1000, 4, NOW)
    expect([table.tellStrikes(slot), table.tellStrikes(slot)]).toEqual([4, 0])
    table.refuse(slot, NOW + 1000, 4, NOW)
    expect(table.tellStrikes(slot)).toBe(0)
    table.refuse(slot, NOW + 2000, 5, NOW)
    expect(table.tellStrikes(slot)).toBe(5)
  })

  it('takes a token back in the window that it was used in, or corrects the count of the one before', () => {
    const table = createLeaseTable(16)
    const [, lo] = hashOf(1)
    const slot = place(table, 1)
    const window = windowOf(lo, NOW, PERIOD)
    table.grant(slot, 2, 0, NOW + 5000, NOW)
    table.spend(slot, 2, 0, PERIOD, NOW)
    table.giveBack(slot, window, window, NOW)
    expect([table.used(slot), table.held(slot, NOW)]).toEqual([1, 1])
    place(table, 1, nextWindow(1, NOW))
    table.giveBack(slot, window, window + 1, NOW)
    expect([table.before(slot), table.held(slot, NOW)]).toEqual([0, 0])
    table.giveBack(slot, window, window + 2, NOW)
    expect(table.before(slot)).toBe(0)
  })
})
