import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRefusals } from '../../../src/ingress/limits/refusal.ts'
import { rememberRefusals } from '../../../src/ingress/limits/remembered-refusals.ts'
import { createLimit } from './request.ts'

describe('remembered refusals', () => {
  it.each(['block', 'managed_challenge'] as const)(
    'say what %s says, whatever was refused before',
    (action) => {
      const plain = createRefusals(createLimit({ action }))
      const remembered = rememberRefusals(plain)
      const wait = fc.oneof(
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: 0, max: 1e8, noNaN: true }),
      )
      fc.assert(
        fc.property(wait, (ms) => {
          expect(remembered.refuse(ms)).toEqual(plain.refuse(ms))
        }),
        { numRuns: 1000 },
      )
      expect(remembered.unavailable).toBe(plain.unavailable)
      expect(remembered.enforced).toBe(plain.enforced)
    },
  )

  it('are one decision for all waits of a second', () => {
    const { refuse } = rememberRefusals(createRefusals(createLimit()))
    expect(refuse(29_001)).toBe(refuse(30_000))
    expect(refuse(30_001)).not.toBe(refuse(30_000))
  })
})
