/**
 * Verifying a pointer from KV: the edge's side, and the publisher's before it builds on one.
 *
 * Whether signatures are needed is decided by there being a verifier, never by what the data says: a
 * document without a signature has the wrong shape (compare GHSA-g2pf-6v5v-qcc8).
 * @module
 */
import { fromBase64, toBase64Url } from '../signature/base64.ts'
import type { Key } from '../signature/keys.ts'
import { importVerifyingKey, type VerifyingKey } from '../signature/webcrypto.ts'
import type { Pointer } from './delivery.ts'
import { isPointer, isSignedPointer, MAX_POINTER_BYTES, protocolOf } from './delivery-shape.ts'
import { parseJson, toBytes } from './json-bytes.ts'
import { POINTER_DOMAIN } from './sign-pointer.ts'

export type PointerFault =
  /** Too long, not JSON, or without payload, signature and kid in their one spelling. */
  | 'malformed-pointer'
  /** The kid is none of the configured keys. */
  | 'unknown-key'
  | 'bad-signature'
  /** Signed, but of a protocol that is not known here. */
  | 'unknown-protocol'
  /** Signed, of this protocol, and not of its shape. */
  | 'bad-pointer'

export type PointerResult =
  | { readonly ok: true; readonly pointer: Pointer }
  | { readonly ok: false; readonly fault: PointerFault; readonly message: string }

/** Never rejects. */
export type PointerVerifier = (bytes: Uint8Array<ArrayBuffer>) => Promise<PointerResult>

function fail(fault: PointerFault, message: string): PointerResult {
  return { ok: false, fault, message }
}

/** Base64url in its one spelling, or `undefined`. */
function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase64(text)
  return toBase64Url(bytes) === text ? bytes : undefined
}

async function isSignedBy(
  key: VerifyingKey,
  payload: string,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    return await key.verify(POINTER_DOMAIN + payload, signature)
  } catch {
    return false
  }
}

function readPayload(payload: string): PointerResult {
  const value = parseJson(toBytes(payload))
  const protocol = protocolOf(value)
  if (protocol !== 1)
    return fail('unknown-protocol', 'The pointer has a protocol that is not known here; this reader knows 1.')
  return isPointer(value)
    ? { ok: true, pointer: value }
    : fail('bad-pointer', 'The pointer is signed but does not have the shape of protocol 1.')
}

function toText(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

async function verify(
  keys: ReadonlyMap<string, VerifyingKey>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<PointerResult> {
  if (bytes.length > MAX_POINTER_BYTES)
    return fail('malformed-pointer', `The pointer is longer than ${MAX_POINTER_BYTES} bytes.`)
  const signed = parseJson(bytes)
  if (!isSignedPointer(signed))
    return fail('malformed-pointer', 'The pointer is no object of payload, signature and kid.')
  const key = keys.get(signed.kid)
  if (key === undefined)
    return fail('unknown-key', `The pointer is signed by ${signed.kid}, which is none of the accepted keys.`)
  const signature = decode(signed.signature)
  const decoded = decode(signed.payload)
  const payload = decoded && toText(decoded)
  if (signature === undefined || payload === undefined)
    return fail('malformed-pointer', 'The pointer has a payload or signature that is not base64url.')
  if (!(await isSignedBy(key, payload, signature)))
    return fail('bad-signature', `The signature of ${signed.kid} is not over this pointer.`)
  return readPayload(payload)
}

/**
 * @param keys Ed25519 keys; several while one replaces another. A private half is ignored.
 * @throws TypeError for a key of another type: with an HMAC secret every reader could publish.
 */
export async function createPointerVerifier(keys: readonly Key[]): Promise<PointerVerifier> {
  const imported = new Map<string, VerifyingKey>()
  for (const key of keys) {
    if (key.kty !== 'OKP')
      throw new TypeError(`key ${key.kid} is no Ed25519 key: policies are signed with one`)
    imported.set(key.kid, await importVerifyingKey(key))
  }
  return (bytes) => verify(imported, bytes)
}
