/**
 * Verification without the cryptography: `readSigned` checks all that can be checked before, the caller
 * checks one signature, `acceptSigned` reads what is then known to be true. Nothing here throws.
 * @module
 */
import { formatAuthority, formatBase, isPrintable, splitTarget } from './base.ts'
import { fromBase64 } from './base64.ts'
import type { Failure } from './failure.ts'
import { type ClientFields, parseClient, parseRequestId, parseVerdict, type Verdict } from './fields.ts'
import { type Algorithm, COMPONENTS, LABEL, TAG } from './profile.ts'
import { type ScannedFields, scanFields } from './scan.ts'

/** A request exactly as it came off the wire. */
export interface Received {
  readonly method: string
  /** The request-target, raw. */
  readonly target: string
  /** Names and values by turns, one pair per line received, duplicates and all: Node's `rawHeaders`. */
  readonly fields: readonly string[]
}

export interface ReadOptions<K extends { readonly alg: Algorithm }> {
  readonly findKey: (keyid: string) => K | undefined
  /** Seconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly skew: number
  /** Seconds. */
  readonly maxTtl: number
  /** The authorities this door answers for, as `formatAuthority` writes them; `undefined` is any. */
  readonly authorities?: ReadonlySet<string> | undefined
  /** How the edge reaches this door; with it the scheme's default port is taken off `Host`. */
  readonly scheme?: 'http' | 'https' | undefined
}

/** All that is left to do is one signature check of `base`. Nothing in here may be believed before it. */
export interface Prepared<K> {
  readonly ok: true
  readonly key: K
  /** Printable ASCII and line feeds only: Latin-1, ASCII and UTF-8 encode it alike. */
  readonly base: string
  /** 32 bytes for HMAC-SHA256, 64 for Ed25519. */
  readonly signature: Uint8Array<ArrayBuffer>
  readonly keyid: string
  readonly nonce: string
  readonly created: number
  readonly expires: number
  readonly client: string
  readonly verdict: string
  readonly requestId: string
  readonly contentDigest: string | undefined
}

/** What the edge vouches for. */
export interface Accepted {
  readonly ok: true
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
}

export interface Rejected {
  readonly ok: false
  readonly failure: Failure
}

/** Longest `Signature-Input` looked at, in characters; the profile's own needs at most 400. */
const MAX_INPUT = 2048

const INPUT = new RegExp(
  `^${LABEL}=(\\(${COMPONENTS.replaceAll('.', '\\.')}( "content-digest")?\\);created=([1-9][0-9]{9});` +
    'expires=([1-9][0-9]{9});nonce="([A-Za-z0-9_-]{21}[AQgw])";keyid="([A-Za-z0-9._-]{1,64})";' +
    `tag="${TAG}")$`,
)

// Canonical base64 only: the last character's unused bits are zero, so that each signature has one spelling.
const SIGNATURE_32 = new RegExp(`^${LABEL}=:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=):$`)
const SIGNATURE_64 = new RegExp(`^${LABEL}=:([A-Za-z0-9+/]{85}[AQgw]==):$`)

/** RFC 9112 section 3.2.1 in visible ASCII; `#` begins a fragment, which no request-target has. */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x7e]*$/

const METHOD = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}$/

function reject(failure: Failure): Rejected {
  return { ok: false, failure }
}

/** Checks form, count, freshness and key. Costs no cryptography, and at most one expression per field. */
export function readSigned<K extends { readonly alg: Algorithm }>(
  received: Received,
  options: ReadOptions<K>,
): Prepared<K> | Rejected {
  const scanned = scanFields(received.fields)
  if (typeof scanned === 'string') return reject(scanned)
  if (!ORIGIN_FORM.test(received.target)) return reject('target')
  if (!METHOD.test(received.method)) return reject('method')
  const missing = findMissing(scanned)
  if (missing) return reject(missing)
  const input = scanned.signatureInput ?? ''
  const match = input.length <= MAX_INPUT ? INPUT.exec(input) : null
  if (!match) return reject('signature-input-form')
  const created = Number(match[3])
  const expires = Number(match[4])
  const stale = checkTime(created, expires, options)
  if (stale) return reject(stale)
  // The edge lets no GET or HEAD with content through: somebody has put this one behind the signature.
  if (match[2] === undefined && isContentless(received.method) && announcesContent(scanned))
    return reject('framing')
  const keyid = match[6] ?? ''
  const key = options.findKey(keyid)
  if (!key) return reject('keyid')
  const signature = readSignature(scanned.signature ?? '', key.alg)
  if (typeof signature === 'string') return reject(signature)
  if (match[2] !== undefined && scanned.digestRepeated) return reject('field-repeated')
  const contentDigest = match[2] === undefined ? undefined : scanned.contentDigest
  if (match[2] !== undefined && contentDigest === undefined) return reject('field-missing')
  return assemble(received, scanned, options, {
    parameters: match[1] ?? '',
    contentDigest,
    key,
    signature,
    keyid,
    nonce: match[5] ?? '',
    created,
    expires,
  })
}

function isContentless(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function announcesContent({ contentLength, transferEncoding }: ScannedFields): boolean {
  return transferEncoding !== undefined || (contentLength !== undefined && contentLength !== '0')
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
  created: number,
  expires: number,
  { now, skew, maxTtl }: { readonly now: number; readonly skew: number; readonly maxTtl: number },
): Failure | undefined {
  if (created > now + skew) return 'created'
  if (expires < now - skew) return 'expires'
  return expires > created && expires - created <= maxTtl ? undefined : 'lifetime'
}

function readSignature(value: string, alg: Algorithm): Uint8Array<ArrayBuffer> | Failure {
  const [own, other] = alg === 'hmac-sha256' ? [SIGNATURE_32, SIGNATURE_64] : [SIGNATURE_64, SIGNATURE_32]
  const text = own.exec(value)?.[1]
  if (text !== undefined) return fromBase64(text)
  return other.test(value) ? 'algorithm' : 'signature-form'
}

type Parts<K> = Pick<
  Prepared<K>,
  'key' | 'signature' | 'keyid' | 'nonce' | 'created' | 'expires' | 'contentDigest'
> & { readonly parameters: string }

function assemble<K extends { readonly alg: Algorithm }>(
  received: Received,
  scanned: ScannedFields,
  options: ReadOptions<K>,
  parts: Parts<K>,
): Prepared<K> | Rejected {
  const { method, target } = received
  const authority = formatAuthority(scanned.host ?? '', options.scheme)
  if (options.authorities && !options.authorities.has(authority)) return reject('authority')
  const { path, query } = splitTarget(target)
  const client = scanned.client ?? ''
  const verdict = scanned.verdict ?? ''
  const requestId = scanned.requestId ?? ''
  const { contentDigest } = parts
  // Method and target have been matched already.
  const printable =
    isPrintable(authority) && isPrintable(client) && isPrintable(verdict) && isPrintable(requestId)
  if (!printable || (contentDigest !== undefined && !isPrintable(contentDigest))) return reject('field-value')
  const message = { method, authority, path, query, client, verdict, requestId, contentDigest }
  return {
    ok: true,
    key: parts.key,
    base: formatBase(message, parts.parameters),
    signature: parts.signature,
    keyid: parts.keyid,
    nonce: parts.nonce,
    created: parts.created,
    expires: parts.expires,
    client,
    verdict,
    requestId,
    contentDigest,
  }
}

/** Reads the facts of a request whose signature has been checked and found right. */
export function acceptSigned(prepared: Prepared<unknown>): Accepted | Rejected {
  const client = parseClient(prepared.client)
  if (!client) return reject('client')
  const verdict = parseVerdict(prepared.verdict)
  if (!verdict) return reject('verdict')
  const { keyid, nonce, created, expires, contentDigest } = prepared
  const requestId = parseRequestId(prepared.requestId)
  if (requestId === undefined) return reject('request-id')
  // Written out twice: spreading costs more than reading both fields.
  if (contentDigest === undefined) {
    return { ok: true, client, verdict, requestId, keyid, nonce, created, expires }
  }
  return { ok: true, client, verdict, requestId, keyid, nonce, created, expires, contentDigest }
}
