import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInflight, LONGEST_STAY } from '../../../src/shield/protection/inflight.ts'

const START = 1_780_000_000_000

describe('requests in flight', () => {
  test('are counted from enter to leave, each once', () => {
    const inflight = createInflight(3)
    const [a, b] = [inflight.enter(START), inflight.enter(START)]
    expect(inflight.count).toBe(2)
    expect([inflight.leave(a), inflight.leave(a), inflight.leave(b)]).toEqual([true, false, true])
    expect(inflight.count).toBe(0)
  })

  test('give their places back when they are never heard of again', () => {
    const inflight = createInflight(2)
    const lost = inflight.enter(START)
    inflight.enter(START + 5000)
    expect(inflight.isBelow(2, START + LONGEST_STAY - 1)).toBe(false)
    expect(inflight.isBelow(2, START + LONGEST_STAY + 1000)).toBe(true)
    const next = inflight.enter(START + LONGEST_STAY + 1000)
    expect(inflight.leave(lost)).toBe(false)
    expect(inflight.count).toBe(2)
    expect(inflight.leave(next)).toBe(true)
  })

  test('count as a model does', () => {
    const CAPACITY = 5
    const step = fc.oneof(fc.constant('enter' as const), fc.nat(20), fc.constant('wait' as const))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const inflight = createInflight(CAPACITY)
        const tickets: number[] = []
        const open = new Set<number>()
        let now = START
        for (const each of steps) {
          if (each === 'wait') now += 1000
          else if (each === 'enter') {
            expect(inflight.isBelow(CAPACITY, now)).toBe(open.size < CAPACITY)
            if (open.size === CAPACITY) continue
            const ticket = inflight.enter(now)
            expect(tickets).not.toContain(ticket)
            tickets.push(ticket)
            open.add(ticket)
          } else {
            const ticket = tickets[each]
            if (ticket !== undefined) expect(inflight.leave(ticket)).toBe(open.delete(ticket))
          }
          expect(inflight.count).toBe(open.size)
          if (now - START > LONGEST_STAY - 1000) return
        }
      }),
    )
  })
})
