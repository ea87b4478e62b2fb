import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAttempt } from '../../../src/cli/doctor/attempt.ts'
import { createBaseSigner } from '../../../src/cli/doctor/base-signer.ts'
import {
  editField,
  editSignature,
  editText,
  getField,
  setField,
} from '../../../src/cli/doctor/edit-attempt.ts'
import { createDesk, type Desk } from '../../../src/cli/doctor/signing-desk.ts'
import { createSigner } from '../../../src/signature/sign.ts'
import { importSigningKey } from '../../../src/signature/webcrypto.ts'
import { messages, NOW, nonces } from '../../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'

function openDesk(key: typeof HMAC_KEY, nonce: string): Desk {
  return createDesk({
    authority: 'Origin.Example',
    host: 'shop.example',
    scheme: 'https',
    target: '/a?b=c',
    now: () => NOW + 0.5,
    drawNonce: () => nonce,
    keyid: key.kid,
    agent: 'test',
    signBase: createBaseSigner(key),
  })
}

test.each([HMAC_KEY, ED25519_KEY])(
  'the desk signs with a $kty key as the edge does, byte for byte',
  async (key) => {
    const { keyid, mac } = await importSigningKey(key)
    const signer = createSigner({ keyid, mac, ttl: 30 })
    await fc.assert(
      fc.asyncProperty(messages, nonces, async (message, nonce) => {
        const signed = await signer.sign(message, { created: NOW, nonce })
        const attempt = openDesk(key, nonce).sign(message)
        expect(getField(attempt, 'Signature-Input')).toBe(signed.signatureInput)
        expect(getField(attempt, 'Signature')).toBe(signed.signature)
      }),
    )
  },
)

test('an attempt goes onto the wire as it is', () => {
  const attempt = { ...openDesk(HMAC_KEY, 'n').plain('/x'), body: 'abc' }
  expect(formatAttempt(attempt)).toBe(
    'GET /x HTTP/1.1\r\nHost: Origin.Example\r\nUser-Agent: test\r\n\r\nabc',
  )
  expect(formatAttempt({ ...attempt, text: 'anything' })).toBe('anything')
})

test('a change that changes nothing is an error: the case would prove nothing', () => {
  const attempt = openDesk(HMAC_KEY, 'n').sign()
  expect(() => editField(attempt, 'Signature-Input', 'nowhere', 'x')).toThrow(
    /changes nothing of Signature-Input/,
  )
  expect(() => editText(attempt, 'nowhere', 'x')).toThrow(/changes nothing of the request/)
  expect(getField(setField(attempt, 'signature', undefined), 'Signature')).toBe('')
  expect(
    getField(
      editSignature(attempt, () => 'x'),
      'Signature',
    ),
  ).toBe('sallyport=:x:')
})

test('a public key cannot sign, and the error does not show it', () => {
  const { kty, crv, x, kid, alg, use } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : raise()
  const make = (): unknown => createBaseSigner({ kty, crv, x, kid, alg, use })
  expect(make).toThrow(/key k-20261122-ed25 is a public key/)
  expect(make).not.toThrow(x)
})

function raise(): never {
  throw new Error('the fixture is no Ed25519 key')
}
