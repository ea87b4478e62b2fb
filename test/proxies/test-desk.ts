/** The battery's signing desk with the keys of the tests. */
import { randomBytes } from 'node:crypto'
import { createBaseSigner } from '../../src/cli/doctor/base-signer.ts'
import { createDesk, type Desk } from '../../src/cli/doctor/signing-desk.ts'
import type { Key } from '../../src/signature/keys.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

export const PROBE = '/healthz'

/** A desk for one case: nonces are fresh, the time is now. */
export function openDesk(
  authority: string,
  key: Key = HMAC_KEY,
  now = (): number => Date.now() / 1000,
): Desk {
  return createDesk({
    authority,
    host: 'shop.example',
    scheme: 'http',
    target: '/a/b?c=d&e',
    probe: PROBE,
    now,
    drawNonce: () => randomBytes(16).toString('base64url'),
    keyid: key.kid,
    agent: `battery/${randomBytes(8).toString('hex')}`,
    signBase: createBaseSigner(key),
  })
}
