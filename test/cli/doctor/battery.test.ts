/** The battery against a lock that holds, under names for which one of its cases could be the right request. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Attempt } from '../../../src/cli/doctor/attempt.ts'
import { createBaseSigner } from '../../../src/cli/doctor/base-signer.ts'
import { BATTERY } from '../../../src/cli/doctor/battery.ts'
import { createDesk } from '../../../src/cli/doctor/signing-desk.ts'
import { createVerifier } from '../../../src/origin/verifier.ts'
import { NOW } from '../../signature/fixtures.ts'
import { HMAC_KEY } from '../../signature/keys-fixture.ts'

const ATTACKS = BATTERY.filter(
  ({ expect: wanted, failure, copies }) =>
    wanted === 'refused' && failure !== undefined && copies === undefined,
)

test.each([
  { kid: '0', authority: '127.0.0.1:8444', probe: '/1', target: '/' },
  { kid: '.', authority: '[::1]', probe: '/HEALTH', target: '/A?B' },
  { kid: '..', authority: 'localhost', probe: '/a/', target: '/?' },
  { kid: 'constructor', authority: 'a', probe: '/healthz', target: '//a' },
  { kid: 'X'.repeat(64), authority: 'other.test', probe: '/..', target: '/*' },
])('no attack is the right request by chance: $kid at $authority, $probe', async (names) => {
  const key = { ...HMAC_KEY, kid: names.kid }
  const verifier = createVerifier({
    keys: { keys: [key] },
    authority: names.authority,
    scheme: 'http',
    unsigned: { paths: [names.probe] },
    now: () => NOW,
  })
  const passes = async ({ method, target, fields }: Attempt): Promise<boolean> =>
    (await verifier.verify({ method, target, fields })).ok
  const desk = createDesk({
    ...names,
    host: names.authority,
    scheme: 'http',
    keyid: key.kid,
    now: () => NOW,
    drawNonce: () => randomBytes(16).toString('base64url'),
    agent: 'test',
    signBase: createBaseSigner(key),
  })
  expect(await passes(desk.sign())).toBe(true)
  expect(await passes(desk.plain(names.probe))).toBe(true)
  const through: string[] = []
  for (const one of ATTACKS) {
    const attempt = one.make(desk)
    if (one.before) await passes(one.before(attempt, desk))
    if (attempt.answers === undefined && (await passes(attempt))) through.push(one.name)
  }
  expect(through).toEqual([])
})
