import crypto from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { createVerifier } from '../../src/origin/verifier.ts'
import { NOW } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { sendFromEdge } from './edge.ts'
import { createHostileRequests } from './hostile.ts'

/** HMAC-SHA256 is two hashes. */
const HASHES_OF_ONE = 2

describe('64 KiB of hostile fields', async () => {
  const requests = await createHostileRequests(NOW)

  test.each(requests)('cost one cryptographic operation at most: $name', async ({ received }) => {
    const { verify } = createVerifier({ keys: { keys: [HMAC_KEY] }, now: () => NOW })
    const hash = vi.spyOn(crypto, 'hash')
    const hmac = vi.spyOn(crypto, 'createHmac')
    try {
      const outcome = await verify(received)
      expect(hash.mock.calls.length / HASHES_OF_ONE + hmac.mock.calls.length).toBeLessThanOrEqual(1)
      if (outcome.ok) expect(outcome.signed).toBe(true)
      else expect(outcome.status).toBe(403)
    } finally {
      hash.mockRestore()
      hmac.mockRestore()
    }
  })

  test('the count counts: a right request costs exactly one', async () => {
    const { verify } = createVerifier({ keys: { keys: [HMAC_KEY] }, now: () => NOW })
    const received = await sendFromEdge({ created: NOW })
    const hash = vi.spyOn(crypto, 'hash')
    expect(await verify(received)).toMatchObject({ ok: true })
    expect(hash).toHaveBeenCalledTimes(HASHES_OF_ONE)
    hash.mockRestore()
  })
})
