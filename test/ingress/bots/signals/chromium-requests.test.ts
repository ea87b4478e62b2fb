import { expect, test } from 'vitest'
import { CHROMIUM_REQUESTS } from './chromium-requests.ts'
import { signalsOf } from './score-fixture.ts'

test('no kind of request of a real Chromium has a signal', () => {
  expect(CHROMIUM_REQUESTS.length).toBeGreaterThanOrEqual(40)
  const found = CHROMIUM_REQUESTS.map((request) => [request.method, request.target, ...signalsOf(request)])
  expect(found.filter((row) => row.length > 2)).toEqual([])
})
