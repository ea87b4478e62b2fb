/**
 * The signature base (RFC 9421 section 2.5): the exact bytes that are signed.
 * @module
 */
import { BODY_FIELD, type BodyField, DIGEST_FIELD } from './profile.ts'

/** What a signature covers. All values are printable ASCII; field values are without outer white space. */
export interface SignedMessage {
  readonly method: string
  /** The origin's own host as the request carries it: see `formatAuthority`. */
  readonly authority: string
  /** Path of the request-target, raw. */
  readonly path: string
  /** `?` and the query, raw; `?` alone when there is none (RFC 9421 section 2.2.7). */
  readonly query: string
  /** Value of `Sallyport-Client`. */
  readonly client: string
  /** Value of `Sallyport-Verdict`. */
  readonly verdict: string
  /** Value of `Sallyport-Request-Id`. */
  readonly requestId: string
  /** Value of `Content-Digest` when the whole body is covered. */
  readonly contentDigest?: string | undefined
  /** Value of `Sallyport-Body` when the body comes in authenticated chunks; never beside `contentDigest`. */
  readonly body?: string | undefined
}

/** Printable ASCII and nothing else: a line feed in a value would forge a line of the base. */
const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * The `@authority` component (RFC 9421 section 2.2.3): lower case, without the default port of `scheme`.
 * Without a scheme the port stays as it is.
 */
export function formatAuthority(host: string, scheme?: 'http' | 'https'): string {
  const lower = host.toLowerCase()
  if (scheme === 'https' && lower.endsWith(':443')) return lower.slice(0, -4)
  if (scheme === 'http' && lower.endsWith(':80')) return lower.slice(0, -3)
  return lower
}

/** The `@path` and `@query` components of a request-target in origin form, raw (RFC 9421 sections 2.2.6, 2.2.7). */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: '?' } : { path: target.slice(0, mark), query: target.slice(mark) }
}

/** True when a value can stand in a signature base without changing its lines. */
export function isPrintable(value: string): boolean {
  return PRINTABLE.test(value)
}

/** The field that binds the message's body. */
export function coverOf({ contentDigest, body }: SignedMessage): BodyField | false {
  if (contentDigest !== undefined) return DIGEST_FIELD
  return body !== undefined && BODY_FIELD
}

/** Bytes of the memory that is used again: bases of real requests fit, others get memory of their own. */
const ROOM = 8192

/**
 * Makes a function that turns a base into its bytes. They are overwritten by its next call: half the cost of
 * fresh memory, and safe for whoever reads or copies them at once, as WebCrypto does.
 */
export function createBaseEncoder(): (base: string) => Uint8Array {
  const encoder = new TextEncoder()
  const room = new Uint8Array(ROOM)
  return (base) =>
    // UTF-8 takes at most three bytes for each unit of the string.
    base.length * 3 > ROOM ? encoder.encode(base) : room.subarray(0, encoder.encodeInto(base, room).written)
}

/** The base for a message whose values are all `isPrintable`, with `parameters` from `formatParameters`. */
export function formatBase(message: SignedMessage, parameters: string): string {
  const cover = coverOf(message)
  const last = cover ? `"${cover}": ${message.contentDigest ?? message.body}\n` : ''
  return (
    `"@method": ${message.method}\n"@authority": ${message.authority}\n` +
    `"@path": ${message.path}\n"@query": ${message.query}\n` +
    `"sallyport-client": ${message.client}\n"sallyport-verdict": ${message.verdict}\n` +
    `"sallyport-request-id": ${message.requestId}\n${last}"@signature-params": ${parameters}`
  )
}
