import { describe, expect, test } from 'vitest'
import {
  createOriginCircuit,
  FIRST_OPENING,
  LONGEST_OPENING,
  MIN_VOLUME,
  type OriginCircuit,
  PROBE_PATIENCE,
  TRUST_PATIENCE,
} from '../../../src/shield/protection/origin-circuit.ts'

const START = 1_780_000_000_000

function opened(): OriginCircuit {
  const circuit = createOriginCircuit()
  for (let n = 0; n < MIN_VOLUME; n++) circuit.record(false, false, START)
  return circuit
}

describe('the circuit of an origin', () => {
  test('stays closed while less than half of the requests fail', () => {
    const circuit = createOriginCircuit()
    for (let n = 0; n < 1000; n++) circuit.record(n % 5 !== 0 && n % 5 !== 3, false, START + n * 10)
    expect(circuit.stateAt(START + 10_000)).toBe('closed')
    expect(circuit.admit(START + 10_000, true)).toBe('pass')
  })

  test('opens when half of at least ten requests fail within ten seconds', () => {
    const few = createOriginCircuit()
    for (let n = 0; n < MIN_VOLUME - 1; n++) few.record(false, false, START)
    expect(few.stateAt(START)).toBe('closed')
    few.record(true, false, START)
    few.record(false, false, START)
    expect(few.stateAt(START)).toBe('open')
    expect(few.admit(START, true)).toBe('refuse')
    expect(few.waitAt(START)).toBe(FIRST_OPENING)
  })

  test('forgets failures of more than ten seconds ago', () => {
    const circuit = createOriginCircuit()
    for (let n = 0; n < MIN_VOLUME - 1; n++) circuit.record(false, false, START)
    for (let n = 0; n < MIN_VOLUME - 1; n++) circuit.record(false, false, START + 10_000)
    expect(circuit.stateAt(START + 10_000)).toBe('closed')
    circuit.record(false, false, START + 15_000)
    expect(circuit.stateAt(START + 15_000)).toBe('open')
  })

  test('lets one probe through when its time is over, and closes when that succeeds', () => {
    const circuit = opened()
    const due = START + FIRST_OPENING
    expect(circuit.admit(due - 1, true)).toBe('refuse')
    expect(circuit.stateAt(due)).toBe('half-open')
    expect(['probe', 'refuse', 'refuse']).toEqual([1, 2, 3].map(() => circuit.admit(due, true)))
    circuit.record(true, true, due + 100)
    expect(circuit.stateAt(due + 100)).toBe('closed')
    expect(circuit.admit(due + 100, false)).toBe('pass')
  })

  test('rests twice as long after each probe that fails, a minute at most', () => {
    const circuit = opened()
    let now = START
    const rests: number[] = []
    for (let n = 0; n < 6; n++) {
      rests.push(circuit.waitAt(now))
      now += circuit.waitAt(now)
      expect(circuit.admit(now, true)).toBe('probe')
      circuit.record(false, true, now)
    }
    expect(rests).toEqual([5000, 10_000, 20_000, 40_000, LONGEST_OPENING, LONGEST_OPENING])
  })

  test('sends another probe when the first was never heard of again, or was the client’s to end', () => {
    const circuit = opened()
    const due = START + FIRST_OPENING
    expect(circuit.admit(due, true)).toBe('probe')
    expect(circuit.admit(due + PROBE_PATIENCE - 1, true)).toBe('refuse')
    expect(circuit.admit(due + PROBE_PATIENCE, true)).toBe('probe')
    circuit.abandon()
    expect(circuit.admit(due + PROBE_PATIENCE, true)).toBe('probe')
  })

  test('leaves the probe to a request that is not suspected, for a while', () => {
    const circuit = opened()
    const due = START + FIRST_OPENING
    expect(circuit.admit(due, false)).toBe('refuse')
    expect(circuit.admit(due, true)).toBe('probe')
    circuit.abandon()
    expect(circuit.admit(due + TRUST_PATIENCE, false)).toBe('probe')
  })

  test('is not moved by what was sent before it opened', () => {
    const circuit = opened()
    for (let n = 0; n < 100; n++) circuit.record(n % 2 === 0, false, START + FIRST_OPENING)
    expect(circuit.stateAt(START + FIRST_OPENING)).toBe('half-open')
    expect(circuit.admit(START + FIRST_OPENING, true)).toBe('probe')
  })

  test('does not stay open because the clock stepped back', () => {
    const circuit = opened()
    expect(circuit.admit(START - 3_600_000, true)).toBe('probe')
  })
})
