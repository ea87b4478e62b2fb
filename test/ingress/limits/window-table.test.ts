import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWindowTable } from '../../../src/ingress/limits/window-table.ts'
import { createHit, describeCounters } from '../../contract/counters.ts'
import { WindowOracle } from './window-oracle.ts'

const KEYS = Array.from({ length: 6 }, () => createHit().key)
const START = 1_780_000_000_000

const limit = fc.record({
  period: fc.integer({ min: 1, max: 3 }),
  requests_per_period: fc.integer({ min: 1, max: 7 }),
  mitigation_timeout: fc.integer({ min: 0, max: 8 }),
})
const pause = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 4000 }),
  fc.constantFrom(1000, 2000, 3000),
)
const steps = fc.array(fc.tuple(pause, fc.integer({ min: 0, max: KEYS.length - 1 })), {
  minLength: 1,
  maxLength: 120,
})

describe('window table', () => {
  describeCounters(async () => ({ counters: createWindowTable({ capacity: 1024 }) }))

  it('answers as the definition of the sliding window does', () => {
    fc.assert(
      fc.property(limit, steps, (parameters, moves) => {
        const table = createWindowTable({ capacity: 1024 })
        const oracle = new WindowOracle()
        let now = START
        for (const [wait, which] of moves) {
          now += wait
          const hit = { ...parameters, key: KEYS[which] ?? '' }
          expect(table.hit([hit], now)).toEqual([oracle.hit(hit, now)])
        }
      }),
      { numRuns: 400 },
    )
  })

  it('admits again at the very end of a refusal without mitigation_timeout, and not before it', () => {
    fc.assert(
      fc.property(limit, steps, (parameters, moves) => {
        const table = createWindowTable({ capacity: 64 })
        const hit = { ...parameters, mitigation_timeout: 0, key: KEYS[0] ?? '' }
        let now = START
        for (const [wait] of moves) {
          now += wait
          const [count] = table.hit([hit], now)
          if (count?.allowed !== false) continue
          expect(count.until).toBeGreaterThanOrEqual(now + 1)
          expect(table.hit([hit], count.until - 1)[0]?.allowed).toBe(false)
          now = count.until
          expect(table.hit([hit], now)[0]?.allowed).toBe(true)
        }
      }),
    )
  })

  it('keeps every refusal within its length when the clock steps back', () => {
    const jump = fc.oneof(
      fc.integer({ min: -10_000, max: 10_000 }),
      fc.integer({ min: -9_000_000_000, max: 3000 }),
    )
    fc.assert(
      fc.property(limit, fc.array(jump, { minLength: 1, maxLength: 60 }), (parameters, jumps) => {
        const table = createWindowTable({ capacity: 64 })
        const hit = { ...parameters, key: KEYS[0] ?? '' }
        const longest = Math.max(
          hit.mitigation_timeout * 1000,
          hit.mitigation_timeout === 0 ? hit.period * 2000 : 0,
        )
        let now = START
        for (const by of jumps) {
          now = Math.max(1, now + by)
          const [count] = table.hit([hit], now)
          expect(count?.remaining).toBeGreaterThanOrEqual(0)
          if (count?.allowed === false) {
            expect(count.until).toBeGreaterThan(now)
            expect(count.until).toBeLessThanOrEqual(now + longest)
          }
        }
        const quiet = now + longest + 2 * hit.period * 1000
        expect(table.hit([hit], quiet)[0]?.allowed).toBe(true)
      }),
    )
  })

  it('does not forget what was counted when the clock steps back', () => {
    const table = createWindowTable({ capacity: 64 })
    const hit = createHit({ requests_per_period: 3, period: 60 })
    const seen = [0, 10, -50_000, -50_001].map((by) => table.hit([hit], START + by)[0]?.allowed)
    expect(seen).toEqual([true, true, true, false])
  })

  it('admits no more than twice the limit in any period, whatever the timing', () => {
    fc.assert(
      fc.property(limit, steps, (parameters, moves) => {
        const table = createWindowTable({ capacity: 64 })
        const hit = { ...parameters, mitigation_timeout: 0, key: KEYS[0] ?? '' }
        const admitted: number[] = []
        let now = START
        for (const [wait] of moves) {
          now += wait
          if (table.hit([hit], now)[0]?.allowed) admitted.push(now)
        }
        for (const from of admitted) {
          const inside = admitted.filter((time) => time >= from && time < from + hit.period * 1000)
          expect(inside.length).toBeLessThanOrEqual(2 * hit.requests_per_period)
        }
      }),
    )
  })

  it('shortens a refusal when the policy lowers mitigation_timeout', () => {
    const table = createWindowTable({ capacity: 64 })
    const hit = createHit({ requests_per_period: 1, period: 1, mitigation_timeout: 600 })
    table.hit([hit, hit], START)
    expect(table.hit([{ ...hit, mitigation_timeout: 10 }], START)[0]?.until).toBe(START + 10_000)
  })

  it('holds its memory and keeps a refusal in force while a million keys rotate', () => {
    const table = createWindowTable({ capacity: 16_384 })
    const victim = createHit({ requests_per_period: 1, mitigation_timeout: 86_400, period: 60 })
    table.hit([victim, victim], START)
    const before = table.bytes
    for (let n = 0; n < 1_000_000; n++) table.hit([createHit({ period: 60 })], START + 1 + n / 1000)
    expect(table.bytes).toBe(before)
    expect(table.bytes).toBe(16_384 * 32)
    expect(table.countLive(START + 2000)).toBeLessThanOrEqual(16_384)
    expect(table.evicted).toBeGreaterThan(900_000)
    expect(table.hit([victim], START + 2000)[0]?.allowed).toBe(false)
  })

  it('evicts nothing while there is room, and reuses what has expired', () => {
    const table = createWindowTable({ capacity: 4096 })
    for (let round = 0; round < 5; round++) {
      const now = START + round * 10_000
      for (let n = 0; n < 2048; n++) table.hit([createHit({ period: 5, mitigation_timeout: 0 })], now)
      expect(table.countLive(now)).toBe(2048)
    }
    expect(table.evicted).toBe(0)
  })

  it('gives the place of the entry that expires soonest to a new key', () => {
    const table = createWindowTable({ capacity: 16 })
    const hits = Array.from({ length: 16 }, (_, n) => createHit({ period: 100 + n }))
    table.hit(hits, START)
    table.hit([createHit({ period: 1000 })], START)
    expect(table.evicted).toBe(1)
    const [, ...others] = hits
    expect(table.hit(others, START).map(({ remaining }) => remaining)).toEqual(others.map(() => 3))
    expect(table.evicted).toBe(1)
  })
})
