/**
 * The signature base (RFC 9421 section 2.5): the exact bytes that are signed.
 * @module
 */

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
  /** Value of `Content-Digest` when the body is covered. */
  readonly contentDigest?: string | undefined
}

/** Anything that is not printable ASCII: a line feed here would forge a line of the base. */
const UNPRINTABLE = /[^\x20-\x7e]/

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
  return !UNPRINTABLE.test(value)
}

/** The base for a message whose values are all `isPrintable`, with `parameters` from `formatParameters`. */
export function formatBase(message: SignedMessage, parameters: string): string {
  const digest = message.contentDigest === undefined ? '' : `"content-digest": ${message.contentDigest}\n`
  return (
    `"@method": ${message.method}\n"@authority": ${message.authority}\n` +
    `"@path": ${message.path}\n"@query": ${message.query}\n` +
    `"sallyport-client": ${message.client}\n"sallyport-verdict": ${message.verdict}\n` +
    `"sallyport-request-id": ${message.requestId}\n${digest}"@signature-params": ${parameters}`
  )
}
