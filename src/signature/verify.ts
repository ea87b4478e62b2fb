/**
 * Verification without the cryptography: `readSigned` checks all that can be checked before, the caller
 * checks one signature, `acceptSigned` reads what is then known to be true. Nothing here throws.
 * @module
 */
import { formatBase, type SignedMessage } from './base.ts'
import type { Failure } from './failure.ts'
import { type ClientFields, parseClient, parseRequestId, parseVerdict, type Verdict } from './fields.ts'
import type { Algorithm } from './profile.ts'
import { readSignature, readSignatureInput, type SignatureInput } from './read-input.ts'
import { checkRequestLine, type MessageOptions, type Received, readMessage } from './read-message.ts'
import { type ScannedFields, scanFields } from './scan.ts'

export type { Received } from './read-message.ts'

export interface ReadOptions<K extends { readonly alg: Algorithm }> extends MessageOptions {
  readonly findKey: (keyid: string) => K | undefined
  /** Seconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly skew: number
  /** Seconds. */
  readonly maxTtl: number
}

/** All that is left to do is one signature check of `base`. Nothing in here may be believed before it. */
export interface Prepared<K> {
  readonly ok: true
  readonly key: K
  /** Printable ASCII and line feeds only: Latin-1, ASCII and UTF-8 encode it alike. */
  readonly base: string
  /** 32 bytes for HMAC-SHA256, 64 for Ed25519. */
  readonly signature: Uint8Array<ArrayBuffer>
  readonly input: SignatureInput
  readonly message: SignedMessage
}

/** What the edge vouches for. */
export interface Accepted {
  readonly ok: true
  readonly signed: true
  readonly client: ClientFields
  readonly verdict: Verdict
  readonly requestId: string
  readonly keyid: string
  readonly nonce: string
  /** Seconds since 1970. */
  readonly created: number
  /** Seconds since 1970. */
  readonly expires: number
  /** Present when the body is covered; whoever reads the body must compare it. */
  readonly contentDigest?: string
  /** Value of `Sallyport-Body`, printable ASCII: the body is a chain of chunks that begins at `signature`. */
  readonly body?: string
  /** The signature's own bytes; present with `body`. */
  readonly signature?: Uint8Array<ArrayBuffer>
}

export interface Rejected {
  readonly ok: false
  readonly failure: Failure
}

function reject(failure: Failure): Rejected {
  return { ok: false, failure }
}

/** Checks form, count, freshness and key. Costs no cryptography, and at most one expression per field. */
export function readSigned<K extends { readonly alg: Algorithm }>(
  received: Received,
  options: ReadOptions<K>,
): Prepared<K> | Rejected {
  if (received.isCut) return reject('field-count')
  const scanned = scanFields(received.fields)
  if (typeof scanned === 'string') return reject(scanned)
  const wrong = checkRequestLine(received) ?? findMissing(scanned)
  if (wrong) return reject(wrong)
  const input = readSignatureInput(scanned.signatureInput ?? '')
  if (!input) return reject('signature-input-form')
  const stale = checkTime(input, options)
  if (stale) return reject(stale)
  const key = options.findKey(input.keyid)
  if (!key) return reject('keyid')
  const signature = readSignature(scanned.signature ?? '', key.alg)
  if (typeof signature === 'string') return reject(signature)
  const message = readMessage(received, scanned, input.cover, options)
  if (typeof message === 'string') return reject(message)
  return { ok: true, key, base: formatBase(message, input.parameters), signature, input, message }
}

function findMissing(scanned: ScannedFields): Failure | undefined {
  if (scanned.signatureInput === undefined) {
    return scanned.signature === undefined ? 'unsigned' : 'signature-input-missing'
  }
  if (scanned.signature === undefined) return 'signature-missing'
  if (scanned.client === undefined || scanned.verdict === undefined || scanned.requestId === undefined) {
    return 'field-missing'
  }
  return undefined
}

function checkTime(
  { created, expires }: SignatureInput,
  { now, skew, maxTtl }: { readonly now: number; readonly skew: number; readonly maxTtl: number },
): Failure | undefined {
  if (created > now + skew) return 'created'
  if (expires < now - skew) return 'expires'
  return expires > created && expires - created <= maxTtl ? undefined : 'lifetime'
}

/** Reads the facts of a request whose signature has been checked and found right. */
export function acceptSigned({ input, message, signature }: Prepared<unknown>): Accepted | Rejected {
  const client = parseClient(message.client)
  if (!client) return reject('client')
  const verdict = parseVerdict(message.verdict)
  if (!verdict) return reject('verdict')
  const requestId = parseRequestId(message.requestId)
  if (requestId === undefined) return reject('request-id')
  const { keyid, nonce, created, expires } = input
  const accepted: { -readonly [K in keyof Accepted]: Accepted[K] } = {
    ok: true,
    signed: true,
    client,
    verdict,
    requestId,
    keyid,
    nonce,
    created,
    expires,
  }
  // Set one by one: spreading costs more than reading both fields did.
  if (message.contentDigest !== undefined) accepted.contentDigest = message.contentDigest
  if (message.body !== undefined) {
    accepted.body = message.body
    accepted.signature = signature
  }
  return accepted
}
