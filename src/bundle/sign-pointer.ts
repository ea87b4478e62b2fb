/**
 * Signing the pointer: the publisher's side.
 * @module
 */
import { toBase64Url } from '../signature/base64.ts'
import type { Key } from '../signature/keys.ts'
import { importSigningKey } from '../signature/webcrypto.ts'
import type { Pointer, SignedPointer } from './delivery.ts'
import { toBytes, toJsonBytes } from './json-bytes.ts'

/**
 * What comes before the payload in the signed bytes: a signature of this key over anything else is none over
 * a pointer, and the other way round.
 */
export const POINTER_DOMAIN = 'sallyport policy pointer v1\n'

export type PointerSigner = (pointer: Pointer) => Promise<SignedPointer>

/**
 * @param key A private Ed25519 key: the first of the publisher's key set.
 * @throws TypeError for a key of another type, or the public half only.
 */
export async function createPointerSigner(key: Key): Promise<PointerSigner> {
  if (key.kty !== 'OKP') throw new TypeError(`key ${key.kid} is no Ed25519 key: policies are signed with one`)
  if (key.d === undefined)
    throw new TypeError(`key ${key.kid} is a public key: publishing needs the private key set`)
  const { keyid, mac } = await importSigningKey(key)
  return async function signPointer(pointer) {
    const payload = JSON.stringify(pointer)
    const signature = await mac(toBytes(POINTER_DOMAIN + payload))
    return {
      payload: toBase64Url(toBytes(payload)),
      signature: toBase64Url(new Uint8Array(signature)),
      kid: keyid,
    }
  }
}

/** The value of the key `pointer`. */
export function encodeSignedPointer(signed: SignedPointer): Uint8Array<ArrayBuffer> {
  return toJsonBytes(signed)
}
