/**
 * Puts together what a signature claims to cover, from a request exactly as it came off the wire.
 * @module
 */
import { formatAuthority, isPrintable, type SignedMessage, splitTarget } from './base.ts'
import type { Failure } from './failure.ts'
import { BODY_FIELD, type BodyField, DIGEST_FIELD } from './profile.ts'
import type { ScannedFields } from './scan.ts'

/** A request exactly as it came off the wire. */
export interface Received {
  readonly method: string
  /** The request-target, raw. */
  readonly target: string
  /** Names and values by turns, one pair per line received, duplicates and all: Node's `rawHeaders`. */
  readonly fields: readonly string[]
  /** True when there may have been more fields than these: what frames the content could be among them. */
  readonly isCut?: boolean
}

export interface MessageOptions {
  /** The authorities this door answers for, as `formatAuthority` writes them; `undefined` is any. */
  readonly authorities?: ReadonlySet<string> | undefined
  /** How the edge reaches this door; with it the scheme's default port is taken off `Host`. */
  readonly scheme?: 'http' | 'https' | undefined
  /** True when whoever reads the body unwraps authenticated chunks. Default: such requests are refused. */
  readonly acceptBodyChunks?: boolean | undefined
}

/** RFC 9112 section 3.2.1 in visible ASCII; `#` begins a fragment, which no request-target has. */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x7e]*$/

const METHOD = /^[\w!#$%&'*+.^`|~-]{1,32}$/

/** The first thing wrong with a request line. */
export function checkRequestLine({ method, target }: Received): Failure | undefined {
  if (!ORIGIN_FORM.test(target)) return 'target'
  return METHOD.test(method) ? undefined : 'method'
}

function announcesContent({ contentLength, transferEncoding }: ScannedFields): boolean {
  return transferEncoding !== undefined || (contentLength !== undefined && contentLength !== '0')
}

/** The message that `cover` says was signed; its request line has been checked. */
export function readMessage(
  { method, target }: Received,
  scanned: ScannedFields,
  cover: BodyField | undefined,
  { authorities, scheme, acceptBodyChunks }: MessageOptions,
): SignedMessage | Failure {
  const contentDigest = cover === DIGEST_FIELD ? scanned.contentDigest : undefined
  const body = cover === BODY_FIELD ? scanned.body : undefined
  const last = contentDigest ?? body
  // The edge lets no GET or HEAD with content through: somebody has put this one behind the signature.
  if (!cover && (method === 'GET' || method === 'HEAD') && announcesContent(scanned)) return 'framing'
  if (cover === BODY_FIELD && !acceptBodyChunks) return 'body-chunks'
  if (cover === DIGEST_FIELD && scanned.digestRepeated) return 'field-repeated'
  if (cover && last === undefined) return 'field-missing'
  const authority = formatAuthority(scanned.host, scheme)
  if (authorities && !authorities.has(authority)) return 'authority'
  const { client = '', verdict = '', requestId = '' } = scanned
  if (!isPrintable(authority + client + verdict + requestId + (last ?? ''))) return 'field-value'
  const { path, query } = splitTarget(target)
  return { method, authority, path, query, client, verdict, requestId, contentDigest, body }
}
