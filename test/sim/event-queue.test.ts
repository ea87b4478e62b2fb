import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventQueue } from './event-queue.ts'

describe('the event queue', () => {
  it('lets things happen in the order of their times, and those of one time in the order of their coming', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 100 }), (times) => {
        const queue = createEventQueue(128)
        const happened: (readonly [number, number])[] = []
        for (const [index, time] of times.entries())
          queue.push(time, (a, b) => happened.push([a, b]), time, index)
        while (queue.next < Number.POSITIVE_INFINITY) queue.step()
        expect(happened).toEqual(
          [...times.entries()]
            .map(([index, time]) => [time, index])
            .sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j),
        )
      }),
    )
  })

  it('leaves out what was cancelled, and only that', () => {
    const queue = createEventQueue(4)
    const happened: number[] = []
    const note = (a: number): void => void happened.push(a)
    const first = queue.push(1, note, 1, 0)
    queue.push(2, note, 2, 0)
    queue.cancel(first)
    queue.step()
    // The place of the first is taken by the third: its ticket must not cancel that one.
    queue.push(3, note, 3, 0)
    queue.cancel(first)
    while (queue.next < Number.POSITIVE_INFINITY) queue.step()
    expect(happened).toEqual([2, 3])
  })

  it('never turns the clock back', () => {
    const queue = createEventQueue(4)
    queue.advance(10)
    queue.push(5, () => {}, 0, 0)
    expect(queue.next).toBe(10)
  })

  it('throws when the world has run away', () => {
    const queue = createEventQueue(2)
    const push = (): number => queue.push(1, () => {}, 0, 0)
    push()
    push()
    expect(push).toThrow('more than 2 events wait')
  })
})
