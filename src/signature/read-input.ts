/**
 * Reads `Signature-Input` and `Signature`: one exact form each, matched whole.
 * @module
 */
import { fromBase64 } from './base64.ts'
import type { Failure } from './failure.ts'
import {
  type Algorithm,
  BODY_FIELD,
  type BodyField,
  COMPONENTS,
  DIGEST_FIELD,
  LABEL,
  TAG,
} from './profile.ts'

/** The parameters of one signature, as claimed. */
export interface SignatureInput {
  /** The value without its label: it ends the signature base. */
  readonly parameters: string
  /** What is covered of the body. */
  readonly cover: BodyField | undefined
  readonly created: number
  readonly expires: number
  readonly nonce: string
  readonly keyid: string
}

/** Longest `Signature-Input` looked at, in characters; the profile's own needs at most 400. */
const MAX_INPUT = 2048

const INPUT = new RegExp(
  `^${LABEL}=(\\(${COMPONENTS}(?: "(${DIGEST_FIELD}|${BODY_FIELD})")?\\);created=([1-9][0-9]{9});` +
    'expires=([1-9][0-9]{9});nonce="([\\w-]{21}[AQgw])";keyid="([\\w.-]{1,64})";' +
    `tag="${TAG}")$`,
)

/** `undefined` for anything that this version's signer would not have written. */
export function readSignatureInput(value: string): SignatureInput | undefined {
  const match = value.length <= MAX_INPUT ? INPUT.exec(value) : null
  if (!match) return undefined
  return {
    parameters: match[1] ?? '',
    cover: match[2] === DIGEST_FIELD || match[2] === BODY_FIELD ? match[2] : undefined,
    created: Number(match[3]),
    expires: Number(match[4]),
    nonce: match[5] ?? '',
    keyid: match[6] ?? '',
  }
}

// 32 or 64 bytes. Canonical base64 only: the last character's unused bits are zero, so that each signature
// has one spelling.
const SIGNATURE = new RegExp(
  `^${LABEL}=:([A-Za-z0-9+/]{42}(?:[AEIMQUYcgkosw048]=|[A-Za-z0-9+/]{43}[AQgw]==)):$`,
)

/** Characters of 32 bytes in base64. */
const SHORT = 44

/** The signature's bytes: as many as the key's algorithm makes. */
export function readSignature(value: string, alg: Algorithm): Uint8Array<ArrayBuffer> | Failure {
  const text = SIGNATURE.exec(value)?.[1]
  if (text === undefined) return 'signature-form'
  return (text.length === SHORT) === (alg === 'hmac-sha256') ? fromBase64(text) : 'algorithm'
}
