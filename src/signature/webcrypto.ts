/**
 * Keys by WebCrypto: the fastest way in workerd. In Node prefer the verifier of `src/origin`, which is
 * synchronous; there every WebCrypto call is a trip to another thread.
 * @module
 */
import { createBaseEncoder } from './base.ts'
import type { Key } from './keys.ts'
import { algorithmOf } from './keys.ts'
import type { Algorithm } from './profile.ts'
import type { Mac } from './sign.ts'

export interface SigningKey {
  readonly keyid: string
  readonly alg: Algorithm
  readonly mac: Mac
}

export interface VerifyingKey {
  readonly keyid: string
  readonly alg: Algorithm
  /** True when `signature` is right for `base`, compared in constant time. */
  readonly verify: (base: string, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' }
const ED25519 = { name: 'Ed25519' }

/** @throws TypeError when the key is the public half only, or WebCrypto refuses it. */
export async function importSigningKey(key: Key): Promise<SigningKey> {
  const { subtle } = crypto
  const keyid = key.kid
  const alg = algorithmOf(key)
  if (key.kty === 'oct') {
    const jwk = { kty: key.kty, k: key.k, alg: key.alg }
    const secret = await subtle.importKey('jwk', jwk, HMAC, false, ['sign'])
    return { keyid, alg, mac: (base) => subtle.sign('HMAC', secret, base) }
  }
  if (key.d === undefined) {
    throw new TypeError(`key ${keyid} is a public key: the edge signs with the private set (edge.jwks.json)`)
  }
  const jwk = { kty: key.kty, crv: key.crv, x: key.x, d: key.d }
  const secret = await subtle.importKey('jwk', jwk, ED25519, false, ['sign'])
  return { keyid, alg, mac: (base) => subtle.sign('Ed25519', secret, base) }
}

/** For verifiers outside Node; the private half of an Ed25519 key, if there, is ignored. */
export async function importVerifyingKey(key: Key): Promise<VerifyingKey> {
  const { subtle } = crypto
  const encode = createBaseEncoder()
  const hmac = key.kty === 'oct'
  const jwk = hmac ? { kty: key.kty, k: key.k, alg: key.alg } : { kty: key.kty, crv: key.crv, x: key.x }
  const name = hmac ? 'HMAC' : 'Ed25519'
  const imported = await subtle.importKey('jwk', jwk, hmac ? HMAC : ED25519, false, ['verify'])
  return {
    keyid: key.kid,
    alg: algorithmOf(key),
    verify: (base, signature) => subtle.verify(name, imported, signature, encode(base)),
  }
}
