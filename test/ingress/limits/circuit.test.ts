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
})
