/**
 * The one cryptographic operation, synchronous, with keys prepared once: WebCrypto in Node would send
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
import { createHmacCheck } from './hmac.ts'

export interface OriginKey {
  readonly keyid: string
  readonly alg: Algorithm
  /** True when `signature` is right for `base`; takes the same time for every wrong HMAC. */
  readonly check: (base: string, signature: Uint8Array) => boolean
  /** The same for bytes that come in parts. */
  readonly checkParts: (parts: readonly Uint8Array[], signature: Uint8Array) => boolean
}

/** @throws Error without key material when Node refuses the key. */
export function importOriginKey(key: Key): OriginKey {
  const checks =
    key.kty === 'oct' ? checkHmac(createSecretKey(key.k, 'base64url')) : checkEd25519(readPublic(key))
  return { keyid: key.kid, alg: algorithmOf(key), ...checks }
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

type Checks = Pick<OriginKey, 'check' | 'checkParts'>

function checkHmac(secret: KeyObject): Checks {
  return {
    check: createHmacCheck(secret),
    checkParts(parts, signature) {
      const hmac = createHmac('sha256', secret)
      for (const part of parts) hmac.update(part)
      const expected = hmac.digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    },
  }
}

function checkEd25519(secret: KeyObject): Checks {
  return {
    check: (base, signature) => verify(null, Buffer.from(base, 'latin1'), secret, signature),
    checkParts: (parts, signature) => verify(null, Buffer.concat(parts), secret, signature),
  }
}
