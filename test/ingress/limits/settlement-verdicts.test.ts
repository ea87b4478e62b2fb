import { describe, expect, it } from 'vitest'
import { MAX_VERDICTS } from '../../../src/ingress/limits/exchange.ts'
import { createVerdictRing, RING_SIZE } from '../../../src/ingress/limits/settlement-verdicts.ts'

const START = 1_780_000_000_000
const UNTIL = START + 600_000

describe('ring of verdicts', () => {
  it('tells each refusal once to who sends the cursor back', () => {
    const ring = createVerdictRing()
    ring.add(1, 2, UNTIL, 3)
    const first = ring.tell(0, START)
    expect(first.verdicts).toEqual([{ hi: 1, lo: 2, refusedFor: 600_000, strikes: 3 }])
    expect(ring.tell(first.cursor, START).verdicts).toEqual([])
    ring.add(4, 5, UNTIL, 1)
    expect(ring.tell(first.cursor, START + 1000).verdicts).toEqual([
      { hi: 4, lo: 5, refusedFor: 599_000, strikes: 1 },
    ])
  })

  it('tells what is too much for one time bit by bit, oldest first', () => {
    const ring = createVerdictRing()
    for (let hi = 0; hi < 2 * MAX_VERDICTS + 10; hi++) ring.add(hi, 0, UNTIL, 1)
    const heard: number[] = []
    let cursor = 0
    for (const expected of [MAX_VERDICTS, MAX_VERDICTS, 10, 0]) {
      const told = ring.tell(cursor, START)
      expect(told.verdicts).toHaveLength(expected)
      heard.push(...told.verdicts.map(({ hi }) => hi))
      cursor = told.cursor
    }
    expect(heard).toEqual(Array.from({ length: 2 * MAX_VERDICTS + 10 }, (_, hi) => hi))
  })

  it('forgets the oldest, and skips what is over', () => {
    const ring = createVerdictRing()
    const { cursor } = ring.tell(0, START)
    for (let hi = 0; hi < RING_SIZE + 5; hi++) ring.add(hi, 0, hi % 2 === 0 ? UNTIL : START + 10, 1)
    const told = ring.tell(cursor, START + 10)
    expect(told.verdicts[0]?.hi).toBe(6)
    expect(told.verdicts.every(({ hi }) => hi % 2 === 0)).toBe(true)
  })

  it('tells everything again to who has heard another ring', () => {
    const [old, young] = [createVerdictRing(), createVerdictRing()]
    for (let hi = 0; hi < 20; hi++) old.add(hi, 0, UNTIL, 1)
    young.add(7, 7, UNTIL, 1)
    expect(young.tell(old.head(START), START + 5000).verdicts).toHaveLength(1)
  })

  it('begins a new life before positions run out, and loses nothing', () => {
    const ring = createVerdictRing()
    const { cursor } = ring.tell(0, START)
    for (let n = 0; n < 2 ** 20 + 3; n++) ring.add(n, 0, UNTIL, 1)
    const told = ring.tell(cursor, START + 1000)
    expect(told.verdicts[0]?.hi).toBe(2 ** 20 + 3 - RING_SIZE)
    expect(Number.isSafeInteger(told.cursor)).toBe(true)
    ring.add(-1, 0, UNTIL, 1)
    expect(ring.tell(ring.head(START + 2000) - 1, START + 2000).verdicts).toMatchObject([{ hi: -1 }])
  })

  it.each([0, 1, -5, 2 ** 53 - 1, 12_345_678_901_234])('makes do with the cursor %d', (cursor) => {
    const ring = createVerdictRing()
    ring.add(1, 1, UNTIL, 1)
    expect(ring.tell(cursor, START).verdicts).toHaveLength(1)
  })
})
