import { describe, expect, it } from 'vitest'
import { BACK_OFF, createCircuit, FAILURES_TO_OPEN } from '../../../src/ingress/limits/circuit.ts'

function openAt(now: number) {
  const circuit = createCircuit()
  for (let n = 0; n < FAILURES_TO_OPEN; n++) circuit.fail(now)
  return circuit
}

describe('circuit', () => {
  it('stays closed while failures are not in a row', () => {
    const circuit = createCircuit()
    for (let n = 0; n < 20; n++) {
      circuit.fail(n)
      circuit.fail(n)
      circuit.succeed()
      expect(circuit.admits(n)).toBe(true)
    }
  })

  it('lets one caller through per back-off while open', () => {
    const circuit = openAt(5000)
    expect(circuit.admits(5000 + BACK_OFF - 1)).toBe(false)
    expect(circuit.admits(5000 + BACK_OFF)).toBe(true)
    expect(circuit.admits(5000 + BACK_OFF)).toBe(false)
    expect(circuit.admits(5000 + 2 * BACK_OFF)).toBe(true)
  })

  it('closes with the first success', () => {
    const circuit = openAt(5000)
    circuit.succeed()
    expect([circuit.admits(5000), circuit.admits(5000)]).toEqual([true, true])
  })

  it('does not stay open for longer when the clock steps back', () => {
    expect(openAt(9_000_000).admits(1000)).toBe(true)
  })

  it('says that it is open until a caller has succeeded, whoever may try', () => {
    const circuit = createCircuit()
    expect(circuit.isOpen).toBe(false)
    for (let n = 0; n < FAILURES_TO_OPEN; n++) circuit.fail(5000)
    expect([circuit.isOpen, circuit.admits(9000), circuit.isOpen]).toEqual([true, true, true])
    circuit.succeed()
    expect(circuit.isOpen).toBe(false)
  })

  it('opens at once when tripped, for as long as it is told, and then tries once per back-off', () => {
    const circuit = createCircuit()
    circuit.trip(5000, 4000)
    circuit.fail(6000)
    expect([circuit.isOpen, circuit.admits(8999), circuit.admits(9000)]).toEqual([true, false, true])
    expect([circuit.admits(9999), circuit.admits(9000 + BACK_OFF)]).toEqual([false, true])
  })
})
