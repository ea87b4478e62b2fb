/**
 * Both npm libraries read what we sign, we read what they sign, and nobody reads what was changed. `npm test`
 * runs a few hundred messages; `SALLYPORT_INTEROP=700` as many for each of sixteen ways, which makes 11,200.
 */
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { importOriginKey } from '../../../src/origin/mac.ts'
import type { RequestMessage } from '../../../src/signature/general/message.ts'
import { createSigner as createFixedSigner } from '../../../src/signature/sign.ts'
import { acceptSigned, readSigned } from '../../../src/signature/verify.ts'
import { importSigningKey } from '../../../src/signature/webcrypto.ts'
import { messages, nonces, receive } from '../fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../keys-fixture.ts'
import { cloudflare } from './cloudflare.ts'
import type { Claim, Contender, SignedLines, TestKey } from './contender.ts'
import { dhensby } from './dhensby.ts'
import { KEYS } from './keys.ts'
import { ours, withLines } from './ours.ts'
import { cases } from './random-messages.ts'

const RUNS = { numRuns: Number(process.env.SALLYPORT_INTEROP ?? 25) }
/** The clock of one library cannot be set, so all sign for now. */
const NOW = Math.floor(Date.now() / 1000)
const CLAIM = { label: 'sig1', keyid: 'k1', created: NOW, ttl: 30, nonce: 'n-1', tag: 'interop' }

const total = { accepted: 0, refused: 0 }
afterAll(() => {
  console.log(
    `interop: ${total.accepted} accepted, ${total.refused} tampered refused, of ${RUNS.numRuns} each`,
  )
})

const linesOf = ({ signatureInput, signature }: SignedLines): readonly string[] => [
  'Signature-Input',
  signatureInput,
  'Signature',
  signature,
]

async function exchange(
  signer: Contender,
  verifier: Contender,
  key: TestKey,
  everything: boolean,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases(everything), async ({ message, components, tampered }) => {
      const lines = linesOf(await signer.sign(message, { ...CLAIM, components }, key))
      const check = (own: typeof message): Promise<boolean> =>
        verifier.verify(withLines(own, lines), 'sig1', 'k1', key, NOW).catch((error) => {
          if (own === message) throw error
          return false
        })
      expect(await check(message)).toBe(true)
      total.accepted++
      expect(await check(tampered)).toBe(false)
      total.refused++
    }),
    RUNS,
  )
}

describe.each(['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256'] as const)('%s', (alg) => {
  const key = { alg, jwk: KEYS[alg] }

  test('http-message-sig accepts what we sign, and nothing changed', () =>
    exchange(ours, cloudflare, key, false))
  test('we accept what http-message-sig signs, and nothing changed', () =>
    exchange(cloudflare, ours, key, false))
  test('http-message-signatures accepts what we sign, and nothing changed', () =>
    exchange(ours, dhensby, key, true))
  test('we accept what http-message-signatures signs, and nothing changed', () =>
    exchange(dhensby, ours, key, true))
})

describe.each([HMAC_KEY, ED25519_KEY])('the fixed profile, $kty', (fixed) => {
  const alg = fixed.kty === 'oct' ? 'hmac-sha256' : 'ed25519'
  const key: TestKey = { alg, jwk: { ...fixed } }

  function toRequest(received: ReturnType<typeof receive>): RequestMessage {
    return { kind: 'request', scheme: 'http', ...received }
  }

  test('its messages are right for the general verifier', async () => {
    const { keyid, mac } = await importSigningKey(fixed)
    const signer = createFixedSigner({ keyid, mac, ttl: 30 })
    await fc.assert(
      fc.asyncProperty(messages, nonces, async (message, nonce) => {
        const fields = await signer.sign(message, { created: NOW, nonce })
        const check = (own: typeof message): Promise<boolean> =>
          ours.verify(toRequest(receive(own, fields)), 'sallyport', keyid, key, NOW)
        expect(await check(message)).toBe(true)
        expect(await check({ ...message, client: `${message.client} ` })).toBe(true)
        expect(await check({ ...message, client: `${message.client}.` })).toBe(false)
        expect(await check({ ...message, path: `${message.path}/x` })).toBe(false)
        total.accepted++
        total.refused++
      }),
      RUNS,
    )
  })

  test('what the general signer signs in its form is right for the fixed verifier', async () => {
    const own = importOriginKey(fixed)
    const options = { findKey: () => own, now: NOW, skew: 5, maxTtl: 60 }
    const covered = ['@method', '@authority', '@path', '@query', 'sallyport-client', 'sallyport-verdict']
    await fc.assert(
      fc.asyncProperty(messages, nonces, async (message, nonce) => {
        const digest = message.contentDigest === undefined ? [] : ['"content-digest"']
        const claim: Claim = {
          ...CLAIM,
          label: 'sallyport',
          keyid: fixed.kid,
          tag: 'sallyport-1',
          nonce,
          components: [...[...covered, 'sallyport-request-id'].map((name) => `"${name}"`), ...digest],
        }
        const bare = toRequest(receive(message, { signatureInput: '', signature: '' }))
        const unsigned = { ...bare, fields: withoutSignature(bare.fields) }
        const fields = await ours.sign(unsigned, claim, key)
        const accepts = (sent: typeof message): boolean => {
          const prepared = readSigned(receive(sent, fields), options)
          return prepared.ok && own.check(prepared.base, prepared.signature) && acceptSigned(prepared).ok
        }
        expect(accepts(message)).toBe(true)
        expect(accepts({ ...message, method: `${message.method}X` })).toBe(false)
        total.accepted++
        total.refused++
      }),
      RUNS,
    )
  })
})

function withoutSignature(fields: readonly string[]): readonly string[] {
  return fields.filter((_, i) => !(fields[i - (i % 2)] ?? '').startsWith('Signature'))
}
