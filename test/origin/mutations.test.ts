import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../src/origin/verifier.ts'
import { NOW } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { sendFromEdge } from './edge.ts'
import { MUTATIONS } from './mutations.ts'

describe.each([HMAC_KEY, ED25519_KEY])('the battery against a $kty key', (key) => {
  // Mutations that sign by hand use the HMAC secret; for them the Ed25519 run keeps the HMAC key as second.
  const verifier = createVerifier({
    keys: { keys: key === HMAC_KEY ? [HMAC_KEY] : [ED25519_KEY, HMAC_KEY] },
    authority: 'origin.example',
    now: () => NOW,
  })
  const hmacOnly = ['a second spelling of the same bytes', 'the signature of another request']
  const battery = MUTATIONS.filter((m) => key === HMAC_KEY || !hmacOnly.includes(m.name))

  test.each(battery)('$name: $expect', async ({ mutate, expect: wanted }) => {
    const received = await mutate(await sendFromEdge({ created: NOW, key }), NOW)
    const outcome = await verifier.verify(received)
    expect(outcome.ok ? 'pass' : outcome.failure).toBe(wanted)
    if (!outcome.ok) expect(outcome.status).toBe(wanted === 'unsigned' ? 401 : 403)
  })
})
