import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readPublishedKey,
  restorePublishedKeys,
} from '../../../../src/ingress/bots/web-bot-auth/published-key.ts'
import { PRIVATE_KEYS, PUBLISHED, publicJwk } from './signed-request.ts'

/** RFC 8037 appendix A.2 and A.3. */
const RFC_8037 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const ED25519 = publicJwk(PRIVATE_KEYS.ed25519)
const RSA = publicJwk(PRIVATE_KEYS['rsa-pss-sha512'])

function rsa(modulusLength: number, publicExponent = 65_537): Record<string, unknown> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  return { ...publicKey.export({ format: 'jwk' }) }
}

describe('a key is read', () => {
  test('with the thumbprint of RFC 8037', async () => {
    const key = await readPublishedKey(RFC_8037)
    expect(key?.keyid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  test('under the id that it has, not the one that it says', async () => {
    const key = await readPublishedKey({ ...ED25519, kid: 'mine', use: 'sig', key_ops: ['verify'] })
    expect(key).toEqual(PUBLISHED.ed25519)
  })

  test.each([{ alg: 'EdDSA' }, { alg: 'Ed25519' }])('of Ed25519 with %o', async (more) => {
    expect(await readPublishedKey({ ...ED25519, ...more })).toBeDefined()
  })

  test('of RSA with PS512', async () => {
    expect(await readPublishedKey({ ...RSA, alg: 'PS512' })).toEqual(PUBLISHED['rsa-pss-sha512'])
  })

  test('with its times, in seconds or in milliseconds', async () => {
    const times = { nbf: 1_743_465_600_000, exp: 1_769_903_999 }
    expect(await readPublishedKey({ ...ED25519, ...times })).toMatchObject({
      nbf: 1_743_465_600,
      exp: 1_769_903_999,
    })
  })
})

describe('no key is', () => {
  const { x } = ED25519
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [ED25519]],
    ['a text', JSON.stringify(ED25519)],
    ['one of another curve', { ...ED25519, crv: 'X25519' }],
    ['one for ECDSA', { kty: 'EC', crv: 'P-256', x, y: x }],
    ['a secret', { kty: 'oct', k: x }],
    ['one for another algorithm', { ...ED25519, alg: 'ES256' }],
    ['one for PKCS #1', { ...RSA, alg: 'RS256' }],
    ['one to encrypt with', { ...ED25519, use: 'enc' }],
    ['one to sign with', { ...ED25519, key_ops: ['sign'] }],
    ['one whose private half is there', { ...PRIVATE_KEYS.ed25519 }],
    ['one that is too short', { ...ED25519, x: String(x).slice(1) }],
    ['one with padding', { ...ED25519, x: `${String(x)}=` }],
    ['one with bits too many', { ...ED25519, x: `${'A'.repeat(42)}B` }],
    ['a number', { ...ED25519, x: 7 }],
    ['one with a time that is none', { ...ED25519, exp: 'tomorrow' }],
    ['one with a time before all times', { ...ED25519, nbf: -1 }],
    ['one of 1,024 bits', rsa(1024)],
    ['one with zeros before it', { ...RSA, n: `AA${String(RSA.n)}` }],
    ['one with another exponent', rsa(2048, 3)],
    ['one of 32,768 bits', { ...RSA, n: '_'.repeat(5462) }],
  ])('%s', async (_, value) => {
    expect(await readPublishedKey(value)).toBeUndefined()
  })

  test('anything that was made up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        expect(await readPublishedKey(value)).toBeUndefined()
      }),
    )
  })
})

describe('what was kept', () => {
  const kept = [...Object.values(PUBLISHED), { ...PUBLISHED.ed25519, nbf: 1, exp: 2.5 }]

  test('comes back as it was', () => {
    expect(restorePublishedKeys(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  })

  test.each<[string, unknown]>([
    ['none', undefined],
    ['no list', {}],
    ['too many', Array.from({ length: 33 }, () => PUBLISHED.ed25519)],
    ['a key without id', [{ jwk: PUBLISHED.ed25519.jwk }]],
    ['an id that is none', [{ ...PUBLISHED.ed25519, keyid: 'a' }]],
    ['no key', [{ keyid: PUBLISHED.ed25519.keyid, jwk: null }]],
    ['one that is none among others', [PUBLISHED.ed25519, 7]],
  ])('is not used: %s', (_, value) => {
    expect(restorePublishedKeys(value)).toBeUndefined()
  })
})
