/**
 * `Content-Digest` (RFC 9530 section 2) with SHA-256: binds a body to the signature that covers the field.
 * @module
 */
import { fromBase64, toBase64 } from './base64.ts'

const FORM = /^sha-256=:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=):$/

/** The field's value for a SHA-256 of 32 bytes. */
export function formatContentDigest(sha256: Uint8Array): string {
  return `sha-256=:${toBase64(sha256)}:`
}

/** The 32 bytes of the SHA-256, or `undefined` for any other algorithm, spelling or number of digests. */
export function parseContentDigest(value: string): Uint8Array<ArrayBuffer> | undefined {
  const text = FORM.exec(value)?.[1]
  return text === undefined ? undefined : fromBase64(text)
}
