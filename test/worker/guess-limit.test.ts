import { describe, expect, test } from 'vitest'
import { createGuessLimit } from '../../src/worker/guess-limit.ts'

const NOW = 1_800_000_000_000
const OPTIONS = { most: 3, period: 60_000, capacity: 4 }

function open(fails: number, client = 'a') {
  const limit = createGuessLimit(OPTIONS)
  for (let n = 0; n < fails; n++) limit.fail(client, NOW)
  return limit
}

describe('the limit of guesses', () => {
  test('lets a client try so many times, and then wait for the end of the period', () => {
    expect(open(2).waitFor('a', NOW)).toBe(0)
    expect(open(3).waitFor('a', NOW)).toBe(60_000)
    expect(open(3).waitFor('a', NOW + 59_000)).toBe(1000)
    expect(open(3).waitFor('a', NOW + 60_000)).toBe(0)
  })

  test('is one for each client', () => {
    expect(open(3).waitFor('b', NOW)).toBe(0)
  })

  test('starts anew after a period', () => {
    const limit = open(3)
    limit.fail('a', NOW + 60_000)
    expect(limit.waitFor('a', NOW + 60_000)).toBe(0)
  })

  test('does not lock anybody out for ever when the clock steps back', () => {
    expect(open(3).waitFor('a', NOW - 30_000)).toBeLessThanOrEqual(60_000)
    expect(open(3).waitFor('a', NOW - 60_000)).toBe(0)
  })

  test('remembers a bounded number of clients', () => {
    const limit = open(3)
    for (const client of ['b', 'c', 'd']) limit.fail(client, NOW)
    expect(limit.waitFor('a', NOW)).toBeGreaterThan(0)
    limit.fail('e', NOW)
    expect(limit.waitFor('a', NOW)).toBe(0)
  })
})
