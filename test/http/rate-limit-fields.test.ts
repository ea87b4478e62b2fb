import fc from 'fast-check'
import { parseList } from 'structured-headers'
import { expect, test } from 'vitest'
import { rateLimitFields } from '../../src/http/rate-limit-fields.ts'

test('nothing is said where no limit announces itself', () => {
  expect(rateLimitFields([])).toEqual([])
})

test('a limit is told with its quota and window, and how the client stands', () => {
  const standing = { id: 'api', limit: 100, period: 60, remaining: 12, reset: 30.2 }
  expect(rateLimitFields([standing])).toEqual([
    ['ratelimit-policy', '"api";q=100;w=60'],
    ['ratelimit', '"api";r=12;t=31'],
  ])
})

test('both fields are lists of structured fields, whatever the numbers', () => {
  const standing = fc.record({
    id: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    limit: fc.integer({ min: 1, max: 1e8 }),
    period: fc.integer({ min: 1, max: 86_400 }),
    remaining: fc.integer({ min: -10, max: 1e8 }),
    reset: fc.double({ min: -5, max: 90_000, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(standing, { minLength: 1, maxLength: 5 }), (standings) => {
      const fields = new Map(rateLimitFields(standings))
      const policies = parseList(fields.get('ratelimit-policy') ?? '')
      const states = parseList(fields.get('ratelimit') ?? '')
      expect(policies.map(([id]) => id)).toEqual(standings.map(({ id }) => id))
      for (const [index, [, parameters]] of states.entries()) {
        const { remaining, reset } = standings[index] ?? { remaining: 0, reset: 0 }
        expect(parameters.get('r')).toBe(Math.max(0, remaining))
        expect(parameters.get('t')).toBe(Math.max(0, Math.ceil(reset)))
      }
    }),
  )
})
