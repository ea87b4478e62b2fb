import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import { createSigner, createVerifier } from '../../../src/signature/general/signature.ts'
import {
  importSigningKey,
  importVerifyingKey,
  type Jwk,
} from '../../../src/signature/general/webcrypto-key.ts'
import { KEYS } from './keys.ts'
import { addSignature, NOW, POLICY, REQUEST } from './message-fixtures.ts'
import { rawCrypto } from './raw-crypto.ts'

describe.each(Object.entries(KEYS) as [SignatureAlgorithm, Jwk][])('%s', (alg, jwk) => {
  const base = new TextEncoder().encode('"@signature-params": ()')

  test('signs what node:crypto verifies, and the other way round', async () => {
    const raw = rawCrypto({ alg, jwk })
    const signature = new Uint8Array(await (await importSigningKey(alg, jwk)).sign(base))
    expect(raw.verify(base, signature)).toBe(true)
    const { verify } = await importVerifyingKey(alg, jwk)
    expect(await verify(base, new Uint8Array(raw.sign(base)))).toBe(true)
    expect(await verify(base, signature.with(3, (signature[3] ?? 0) ^ 1))).toBe(false)
  })

  test('signs and verifies whole messages, and is named by its kid', async () => {
    const key = await importSigningKey(alg, { ...jwk, kid: 'k' })
    const signer = createSigner({
      key,
      label: 'sig1',
      components: ['@method', '@authority', '@path'],
      ttl: 9,
    })
    const lines = await signer.sign(REQUEST, { created: NOW })
    if (!lines.ok) throw new Error(lines.failure)
    const verifying = await importVerifyingKey(alg, jwk)
    const findKey = (keyid: string | undefined) => (keyid === 'k' ? verifying : undefined)
    const { verify } = createVerifier({ policy: POLICY, findKey })
    expect(await verify(addSignature(REQUEST, lines), NOW)).toMatchObject({ ok: true })
    expect(await verify(addSignature({ ...REQUEST, method: 'GET' }, lines), NOW)).toMatchObject({
      failure: 'mismatch',
    })
  })

  test('is bound to its key: no key is taken for another algorithm', async () => {
    for (const other of Object.keys(KEYS) as SignatureAlgorithm[]) {
      // RSA keys say by their own `alg` alone which of the two they are for.
      const declared = jwk.kty === 'RSA' ? { ...jwk, alg: alg === 'rsa-pss-sha512' ? 'PS512' : 'RS256' } : jwk
      const imported = importVerifyingKey(other, declared).then(() => other)
      if (other === alg) expect(await imported).toBe(alg)
      else await expect(imported).rejects.toThrow(TypeError)
    }
  })

  test.runIf(jwk.kty !== 'oct')('cannot sign with a public key', async () => {
    const { d: _private, ...open } = jwk
    await expect(importSigningKey(alg, open)).rejects.toThrow('a public key cannot sign')
    expect(await importVerifyingKey(alg, open)).toHaveProperty('alg', alg)
  })
})

test.each<readonly [string, SignatureAlgorithm, Jwk, string]>([
  [
    'short secret',
    'hmac-sha256',
    { kty: 'oct', k: randomBytes(31).toString('base64url') },
    'at least 32 bytes',
  ],
  [
    'long text of a short secret',
    'hmac-sha256',
    { kty: 'oct', k: `AAAA${'='.repeat(60)}` },
    'at least 32 bytes',
  ],
  ['secret without bytes', 'hmac-sha256', { kty: 'oct' }, 'at least 32 bytes'],
  [
    'short modulus',
    'rsa-pss-sha512',
    generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }) as Jwk,
    'at least 2048 bits',
  ],
  [
    'short modulus behind zeros',
    'rsa-v1_5-sha256',
    { kty: 'RSA', n: `${'A'.repeat(300)}${randomBytes(64).toString('base64url')}`, e: 'AQAB' },
    'at least 2048 bits',
  ],
  [
    'modulus that is no base64url',
    'rsa-pss-sha512',
    { kty: 'RSA', n: '!'.repeat(400), e: 'AQAB' },
    'at least 2048 bits',
  ],
  ['algorithm that is none', 'none' as SignatureAlgorithm, { kty: 'oct' }, 'alg must be one of'],
])('a %s is no key', async (_what, alg, jwk, message) => {
  await expect(importVerifyingKey(alg, jwk)).rejects.toThrow(message)
})

test('no error shows key material', async () => {
  const k = 'SECRET-SECRET-SECRET'
  const error = await importVerifyingKey('hmac-sha256', { kty: 'oct', k }).catch(String)
  expect(error).not.toContain('SECRET')
})
