import { expect, test } from 'vitest'
import { capMode, type Mode, NOTHING } from '../../src/http/decision.ts'

const STRENGTH: readonly Mode[] = ['off', 'log', 'enforce']

test('a rule acts as strongly as the weaker of itself and its stage', () => {
  for (const [i, rule] of STRENGTH.entries()) {
    for (const [j, stage] of STRENGTH.entries()) expect(capMode(rule, stage)).toBe(STRENGTH[Math.min(i, j)])
  }
})

test('the shared empty result cannot be changed by whoever gets it', () => {
  expect(NOTHING).toEqual({ logged: [] })
  expect(Object.isFrozen(NOTHING)).toBe(true)
  expect(Object.isFrozen(NOTHING.logged)).toBe(true)
})
