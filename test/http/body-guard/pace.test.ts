import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createPace, dueAt } from '../../../src/http/body-guard/pace.ts'
import { createFakeTime } from './fake-time.ts'

const BOUNDS = { first_byte_ms: 10_000, deadline_ms: 300_000, min_rate: 500 }

function open(bounds = BOUNDS) {
  const time = createFakeTime()
  let slow = 0
  const pace = createPace(bounds, time, () => {
    slow++
  })
  return { time, pace, slow: () => slow }
}

describe('a client', () => {
  it('that sends nothing is too slow at the first deadline, and not before', async () => {
    const { time, pace, slow } = open()
    pace.wait()
    await time.pass(9_999)
    expect(slow()).toBe(0)
    await time.pass(2)
    expect([slow(), time.timers]).toEqual([1, 0])
  })

  it.each([
    ['a byte a second', 1, 1000, 6_000],
    ['just below the rate', 480, 1000, 6_000],
    ['much, and then nothing', 1_000_000, 3_600_000, 60_001],
  ])('that sends %s is too slow', async (_, bytes, every, after) => {
    const { time, pace, slow } = open()
    for (let spent = 0; spent < after; spent += every) {
      pace.wait()
      await time.pass(Math.min(every, after - spent))
      pace.receive(bytes)
    }
    if (every > after) {
      pace.wait()
      await time.pass(after)
    }
    expect(slow()).toBe(1)
  })

  it('that keeps to the rate is not, until the last deadline', async () => {
    const { time, pace, slow } = open()
    for (let spent = 0; spent < 299_000; spent += 1000) {
      pace.wait()
      await time.pass(1000)
      pace.receive(700)
    }
    expect(slow()).toBe(0)
    pace.wait()
    await time.pass(1001)
    expect(slow()).toBe(1)
  })

  it('that loses its network for half a minute goes on', async () => {
    const { time, pace, slow } = open()
    pace.wait()
    await time.pass(1000)
    pace.receive(50_000)
    pace.wait()
    await time.pass(30_000)
    pace.receive(1000)
    expect(slow()).toBe(0)
  })

  it('does not answer for an origin that reads slowly', async () => {
    const { time, pace, slow } = open()
    for (let i = 0; i < 5; i++) {
      pace.wait()
      await time.pass(10)
      pace.receive(100)
      await time.pass(1_000_000)
    }
    expect(slow()).toBe(0)
  })

  it('that has come to its end is watched no more', async () => {
    const { time, pace, slow } = open()
    pace.wait()
    pace.receive(10)
    pace.stop()
    await time.pass(1_000_000)
    expect([slow(), time.timers]).toEqual([0, 0])
  })
})

test('a thousand pieces set one timer at a time', async () => {
  const { time, pace } = open()
  for (let i = 0; i < 1000; i++) {
    pace.wait()
    pace.receive(10_000)
    expect(time.timers).toBeLessThanOrEqual(1)
  }
})

test('a clock that steps back makes nobody slow and nothing spin', async () => {
  let now = 1000
  const timers: { ms: number; fire: () => void }[] = []
  let slow = 0
  const clock = {
    now: () => now,
    timer: (ms: number, fire: () => void) => {
      timers.push({ ms, fire })
      return () => {}
    },
  }
  const pace = createPace(BOUNDS, clock, () => slow++)
  pace.wait()
  now = 0
  for (let i = 0; i < 5; i++) timers[i]?.fire()
  expect([slow, Math.min(...timers.map(({ ms }) => ms))]).toEqual([0, 10_000])
})

test('more content is never due sooner, and nothing is due after the deadline', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e6), fc.nat(1e6), fc.nat(10_000), (received, more, last, min_rate) => {
      const bounds = { ...BOUNDS, min_rate }
      const due = dueAt(bounds, received + 1, last)
      expect(dueAt(bounds, received + 1 + more, last)).toBeGreaterThanOrEqual(due)
      expect(due).toBeLessThanOrEqual(BOUNDS.deadline_ms)
    }),
  )
})
