import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLastRequests } from '../../../src/cli/diff/last-requests.ts'
import type { LogInput } from '../../../src/cli/replay/log-input.ts'
import { combinedLine } from '../replay/policy-fixture.ts'

function logOf(lines: readonly string[]): LogInput {
  const text = Buffer.from(lines.join(''))
  return {
    name: 'log',
    size: text.length,
    open: async function* () {
      yield text
    },
  }
}

const line = (i: number): string => combinedLine(i % 3600, '203.0.113.7', `GET /${i} HTTP/1.1`)

describe('the last requests of a log', () => {
  test('are the last ones, oldest first, however many there are', async () => {
    const cases = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
    await fc.assert(
      fc.asyncProperty(cases, async ([count, last]) => {
        const all = Array.from({ length: count }, (_, i) => i)
        const { requests } = await readLastRequests(logOf(all.map(line)), last)
        expect(requests.map(({ target }) => target)).toEqual(all.slice(-last).map((i) => `/${i}`))
      }),
    )
  })

  test('do not count lines that are none', async () => {
    const { requests, badLines } = await readLastRequests(
      logOf([line(1), 'what is this\n', line(2), '\n']),
      2,
    )
    expect([requests.length, badLines]).toEqual([2, 1])
  })
})
