/**
 * Signatures for the battery: by the edge's key, by a stranger's, and by a key of the other algorithm.
 * @module
 */
import {
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { Key } from '../../signature/keys.ts'
import type { Draft } from './signing-desk.ts'

type Sign = (base: string) => Buffer

const byHmac =
  (secret: Buffer): Sign =>
  (base) =>
    createHmac('sha256', secret).update(base, 'latin1').digest()

const byEd25519 =
  (secret: KeyObject): Sign =>
  (base) =>
    sign(null, Buffer.from(base, 'latin1'), secret)

/**
 * Signs with `key`; `foreign` is a fresh secret of the same kind. For an HMAC key `other-algorithm` is an Ed25519
 * signature; for an Ed25519 key it is an HMAC whose secret is the public key, which is how algorithms are confused
 * (RFC 9421 section 7.3.6).
 * @throws Error without key material when the key cannot sign.
 */
export function createBaseSigner(key: Key): (base: string, secret: Draft['secret']) => string {
  const signers = key.kty === 'oct' ? forHmac(key.k) : forEd25519(key)
  return (base, secret) => signers[secret](base).toString('base64')
}

function forHmac(k: string): Readonly<Record<Draft['secret'], Sign>> {
  return {
    own: byHmac(Buffer.from(k, 'base64url')),
    foreign: byHmac(randomBytes(32)),
    'other-algorithm': byEd25519(generateKeyPairSync('ed25519').privateKey),
  }
}

function forEd25519(key: Extract<Key, { readonly kty: 'OKP' }>): Readonly<Record<Draft['secret'], Sign>> {
  const { kid, crv, x, d } = key
  if (d === undefined) throw new Error(`key ${kid} is a public key: name the file that signs, edge.jwks.json`)
  return {
    own: byEd25519(createPrivateKey({ key: { kty: 'OKP', crv, x, d }, format: 'jwk' })),
    foreign: byEd25519(generateKeyPairSync('ed25519').privateKey),
    'other-algorithm': byHmac(Buffer.from(x, 'base64url')),
  }
}
