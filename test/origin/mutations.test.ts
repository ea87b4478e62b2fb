/** The battery against the verifier itself, and over sockets against each middleware. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Attempt } from '../../src/cli/doctor/attempt.ts'
import { BATTERY } from '../../src/cli/doctor/battery.ts'
import { GROUPS } from '../../src/cli/doctor/battery-case.ts'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import { createVerifier } from '../../src/origin/verifier.ts'
import type { Seen } from '../proxies/echo-origin.ts'
import { EXCEPTIONS } from '../proxies/exceptions.ts'
import { judgeCase } from '../proxies/judge-case.ts'
import { MIDDLEWARE, type RunningMiddleware } from '../proxies/setups/middleware.ts'
import { openDesk, PROBE } from '../proxies/test-desk.ts'
import { NOW } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'

const AUTHORITY = 'origin.example'
const options = {
  authority: AUTHORITY,
  scheme: 'http',
  unsigned: { paths: [PROBE] },
} as const

test('every exception is of a case that there is', () => {
  const titles = new Set(BATTERY.map(({ group, name }) => `${group}, ${name}`))
  expect(EXCEPTIONS.filter((exception) => !titles.has(exception.case))).toEqual([])
})

test('the battery has a case for each of its names, and more than enough of them', () => {
  expect(new Set(BATTERY.map(({ group, name }) => `${group}: ${name}`)).size).toBe(BATTERY.length)
  expect(BATTERY.length).toBeGreaterThanOrEqual(120)
})

describe.each([HMAC_KEY, ED25519_KEY])('the battery against a $kty key', (key) => {
  // Cases that are about bytes, not fields, or about content, are for the suites with sockets.
  const cases = BATTERY.filter(
    ({ expect: wanted, failure, needs }) =>
      needs !== 'reader' && (failure !== undefined || wanted === 'passes'),
  )

  test.each(cases)('$group, $name: $failure', async (one) => {
    const verifier = createVerifier({
      ...options,
      keys: { keys: [key] },
      now: () => NOW,
      // From before any request: a door that has just started refuses what was signed before.
      replay: createMemoryReplayStore(),
    })
    const verify = async ({ method, target, fields }: Attempt): Promise<string> => {
      const outcome = await verifier.verify({ method, target, fields })
      if (!outcome.ok) expect(outcome.status).toBe(outcome.failure === 'unsigned' ? 401 : 403)
      return outcome.ok ? 'passes' : outcome.failure
    }
    const desk = openDesk(AUTHORITY, key, () => NOW)
    const attempt = one.make(desk)
    if (one.before) await verify(one.before(attempt, desk))
    if (one.copies !== undefined) expect(await verify(attempt)).toBe('passes')
    if (attempt.text !== undefined || attempt.answers !== undefined) return
    expect(await verify(attempt), one.why).toBe(one.failure ?? 'passes')
  })
})

describe.each(MIDDLEWARE)('the battery against $name', (middleware) => {
  const seen: Seen[] = []
  let running: RunningMiddleware

  beforeAll(async () => {
    running = await middleware.start(
      { ...options, keys: { keys: [HMAC_KEY] }, replay: createMemoryReplayStore() },
      seen,
    )
  })
  afterAll(() => running.close())

  // By group: a test of its own for each case and middleware would cost more than the cases.
  test.each(Object.entries(GROUPS))('%s: %s', async (group) => {
    const door = { port: running.port, authority: AUTHORITY, inside: true, take: () => seen.splice(0) }
    const faults: Record<string, readonly string[]> = {}
    for (const one of BATTERY.filter((any) => any.group === group)) {
      const found = await judgeCase(one, middleware.name, door)
      if (found.length > 0) faults[one.name] = [...found, one.why]
    }
    expect(faults).toEqual({})
  })
})
