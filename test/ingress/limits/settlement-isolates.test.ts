import { describe, expect, it } from 'vitest'
import {
  createKnownIsolates,
  FIRST_GUESS,
  MAX_ISOLATES,
  SILENCE,
} from '../../../src/ingress/limits/settlement-isolates.ts'

const START = 1_780_000_000_000

describe('known isolates', () => {
  it('are a guess until all have had time to report', () => {
    const known = createKnownIsolates()
    known.hear(1, START)
    expect(known.count(START)).toBe(FIRST_GUESS)
    known.hear(1, START + SILENCE)
    expect(known.count(START + SILENCE)).toBe(1)
  })

  it('are those heard within a minute', () => {
    const known = createKnownIsolates()
    for (let isolate = 0; isolate < 20; isolate++) known.hear(isolate, START + isolate * 1000)
    for (let isolate = 0; isolate < 10; isolate++) known.hear(isolate, START + 30_000)
    expect(known.count(START + 70_000 - 1)).toBe(20)
    expect(known.count(START + 75_000)).toBe(14)
    expect(known.count(START + 90_000)).toBe(1)
  })

  it('are bounded', () => {
    const known = createKnownIsolates()
    for (let isolate = 0; isolate < 5000; isolate++) known.hear(isolate, START)
    expect(known.count(START)).toBe(MAX_ISOLATES)
    known.hear(9999, START + SILENCE)
    expect(known.count(START + SILENCE)).toBe(1)
  })

  it('are not kept forever by a clock that steps back', () => {
    const known = createKnownIsolates()
    for (let isolate = 0; isolate < 20; isolate++) known.hear(isolate, START)
    const earlier = START - 3_600_000
    known.hear(50, earlier)
    expect(known.count(earlier)).toBe(FIRST_GUESS)
    known.hear(50, earlier + SILENCE)
    expect(known.count(earlier + SILENCE)).toBe(1)
  })
})
