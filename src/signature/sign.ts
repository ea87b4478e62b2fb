/**
 * Signing: a message in, the values of `Signature-Input` and `Signature` out.
 * @module
 */
import { coverOf, createBaseEncoder, formatBase, isPrintable, type SignedMessage } from './base.ts'
import { toBase64 } from './base64.ts'
import { formatParameters, KEY_ID, LABEL, MAX_TTL, NONCE } from './profile.ts'

/**
 * Signs or authenticates bytes such as those of a signature base. It must have read or copied them when it
 * returns, as WebCrypto does: the caller may use the memory again.
 */
export type Mac = (base: Uint8Array) => Promise<ArrayBuffer> | ArrayBuffer

export interface SignerOptions {
  /** Names the key to the verifier. */
  readonly keyid: string
  readonly mac: Mac
  /** Life of each signature in seconds, 1 to `MAX_TTL`. */
  readonly ttl: number
}

/** What differs from one signature to the next. */
export interface Freshness {
  /** Seconds since 1970. */
  readonly created: number
  /** 128 bits as 22 base64url characters, never used twice: see `createNonceSource`. */
  readonly nonce: string
}

/** The values of the two fields. Set them; never append, or the verifier refuses both. */
export interface SignatureFields {
  readonly signatureInput: string
  readonly signature: string
}

export interface Signer {
  /** Rejects with a TypeError when the message or the nonce cannot stand in a signature base, or the body is covered twice. */
  sign(message: SignedMessage, freshness: Freshness): Promise<SignatureFields>
}

/** At most one of the fields that bind a body, and nothing that would change the lines of the base. */
function isSignable(message: SignedMessage): boolean {
  const { method, authority, path, query, client, verdict, requestId, contentDigest, body } = message
  const last = contentDigest ?? body ?? ''
  return (
    (contentDigest === undefined || body === undefined) &&
    isPrintable(method + authority + path + query + client + verdict + requestId + last)
  )
}

/** @throws RangeError when `keyid` or `ttl` is out of bounds. */
export function createSigner(options: SignerOptions): Signer {
  const { keyid, mac, ttl } = options
  if (!KEY_ID.test(keyid)) throw new RangeError('keyid must be 1 to 64 letters, digits, ".", "_" or "-"')
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > MAX_TTL) {
    throw new RangeError(`ttl must be 1 to ${MAX_TTL} whole seconds`)
  }
  const encode = createBaseEncoder()
  return {
    async sign(message, { created, nonce }) {
      if (!NONCE.test(nonce)) throw new TypeError('nonce must be 128 bits as 22 base64url characters')
      if (!isSignable(message))
        throw new TypeError('covered values must be printable ASCII, one of the body at most')
      const parameters = formatParameters(created, created + ttl, nonce, keyid, coverOf(message))
      const code = await mac(encode(formatBase(message, parameters)))
      return {
        signatureInput: `${LABEL}=${parameters}`,
        signature: `${LABEL}=:${toBase64(new Uint8Array(code))}:`,
      }
    },
  }
}
