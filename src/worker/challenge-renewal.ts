/**
 * A new clearance on a response of the origin's, for the client that it is for and nobody else.
 * @module
 */

/** The origin wants caches to keep the response for others. */
const SHARED = /\b(?:public|s-maxage)\b/i
/** Fields that say so to caches of delivery networks (RFC 9213). */
const TARGETED: readonly string[] = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control']
const KEPT_BY_NONE = /\b(?:private|no-store)\b/i

/**
 * Shared caches may keep what has a Set-Cookie field (RFC 9111 section 7.3): one that is wanted there is left as it
 * is, any other becomes private with the cookie.
 * @param renewal The value of the field, when it is time for a new one; asked at most once.
 */
export function addRenewal(headers: Headers, renewal: () => string | undefined): void {
  const caching = headers.get('cache-control') ?? ''
  if (SHARED.test(caching) || TARGETED.some((name) => headers.has(name))) return
  const cookie = renewal()
  if (cookie === undefined) return
  headers.append('set-cookie', cookie)
  if (!KEPT_BY_NONE.test(caching))
    headers.set('cache-control', caching === '' ? 'private' : `${caching}, private`)
}
