/** The battery for whoever verifies fields without an HTTP parser before them: what it has to say of each case. */
import type { Attempt } from '../../src/cli/doctor/attempt.ts'
import { BATTERY } from '../../src/cli/doctor/battery.ts'
import type { BatteryCase } from '../../src/cli/doctor/battery-case.ts'
import type { OriginFailure } from '../../src/origin/outcome.ts'
import type { Received } from '../../src/signature/verify.ts'
import { openDesk } from '../proxies/test-desk.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

export interface Mutation {
  readonly name: string
  readonly expect: 'pass' | OriginFailure
  /** A request signed with the HMAC key of the tests for `origin.example` at `now`, in seconds, and then changed. */
  readonly mutate: (intact: Received, now: number) => Received
}

const prepare = (one: BatteryCase, now: number): Attempt =>
  one.make(openDesk('origin.example', HMAC_KEY, () => now))

/** One request, told by its fields. */
function isPlain(one: BatteryCase): boolean {
  const { expect, failure, needs, before, copies } = one
  if (failure === undefined && expect !== 'passes') return false
  if (needs !== undefined || before || copies !== undefined) return false
  const { text, answers } = prepare(one, 1_795_000_000)
  return text === undefined && answers === undefined
}

export const MUTATIONS: readonly Mutation[] = BATTERY.filter(isPlain).map((one) => ({
  name: `${one.group}, ${one.name}`,
  expect: one.failure ?? 'pass',
  mutate(_, now) {
    const { method, target, fields } = prepare(one, now)
    return { method, target, fields }
  },
}))
