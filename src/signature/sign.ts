/**
 * Signing: a message in, the values of `Signature-Input` and `Signature` out.
 * @module
 */
import { formatBase, isPrintable, type SignedMessage } from './base.ts'
import { toBase64 } from './base64.ts'
import { formatParameters, KEY_ID, LABEL, MAX_TTL, NONCE } from './profile.ts'

/** Signs or authenticates the bytes of a signature base. */
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
  /** Rejects with a TypeError when the message or the nonce cannot stand in a signature base. */
  sign(message: SignedMessage, freshness: Freshness): Promise<SignatureFields>
}

function isSignable(message: SignedMessage): boolean {
  const { method, authority, path, query, client, verdict, requestId, contentDigest = '' } = message
  return (
    isPrintable(method) &&
    isPrintable(authority) &&
    isPrintable(path) &&
    isPrintable(query) &&
    isPrintable(client) &&
    isPrintable(verdict) &&
    isPrintable(requestId) &&
    isPrintable(contentDigest)
  )
}

/** @throws RangeError when `keyid` or `ttl` is out of bounds. */
export function createSigner(options: SignerOptions): Signer {
  const { keyid, mac, ttl } = options
  if (!KEY_ID.test(keyid)) throw new RangeError('keyid must be 1 to 64 letters, digits, ".", "_" or "-"')
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > MAX_TTL) {
    throw new RangeError(`ttl must be a whole number of seconds from 1 to ${MAX_TTL}`)
  }
  const encoder = new TextEncoder()
  return {
    async sign(message, { created, nonce }) {
      if (!NONCE.test(nonce)) throw new TypeError('nonce must be 128 bits as 22 base64url characters')
      if (!isSignable(message)) throw new TypeError('a covered value holds more than printable ASCII')
      const covers = message.contentDigest !== undefined
      const parameters = formatParameters(created, created + ttl, nonce, keyid, covers)
      // A fresh buffer each time: `mac` may be asynchronous and read it after the next call has begun.
      const code = await mac(encoder.encode(formatBase(message, parameters)))
      return {
        signatureInput: `${LABEL}=${parameters}`,
        signature: `${LABEL}=:${toBase64(new Uint8Array(code))}:`,
      }
    },
  }
}
