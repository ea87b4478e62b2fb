/**
 * The one cryptographic operation, synchronous, with key objects made once: WebCrypto in Node would send
 * each call to another thread, and a raw key would be set up anew each time.
 * @module
 */
import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { algorithmOf, type Key } from '../signature/keys.ts'
import type { Algorithm } from '../signature/profile.ts'

export interface OriginKey {
  readonly keyid: string
  readonly alg: Algorithm
  /** True when `signature` is right for `base`; takes the same time for every wrong HMAC. */
  readonly check: (base: string, signature: Uint8Array) => boolean
}

/** @throws Error without key material when Node refuses the key. */
export function importOriginKey(key: Key): OriginKey {
  const check =
    key.kty === 'oct' ? checkHmac(createSecretKey(key.k, 'base64url')) : checkEd25519(readPublic(key))
  return { keyid: key.kid, alg: algorithmOf(key), check }
}

function readPublic(key: { readonly kid: string; readonly x: string }): KeyObject {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' })
  } catch {
    throw new Error(
      `key ${key.kid} has an "x" that is no Ed25519 public key; make a new one: sallyport keys new`,
    )
  }
}

function checkHmac(secret: KeyObject): OriginKey['check'] {
  return (base, signature) => {
    const expected = createHmac('sha256', secret).update(base, 'latin1').digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  }
}

function checkEd25519(secret: KeyObject): OriginKey['check'] {
  return (base, signature) => verify(null, Buffer.from(base, 'latin1'), secret, signature)
}
