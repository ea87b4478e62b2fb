/**
 * Where a redirect of a rule may lead. Targets are made of what clients send, so each is looked at as it is used.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'

/** Bytes of a Location field: what clients and proxies take. */
const MAX_LOCATION = 8192

/** Printable ASCII without space and backslash, which browsers read as `/` (WHATWG URL, special schemes). */
const SAFE = /^[!-[\]-~\u0080-\u00ff]+$/
/** Bytes that a URL has in escapes only (RFC 3986 section 2). */
const TO_ESCAPE = /["<>^`{|}\u0080-\u00ff]/g
/** http(s) with a plain host and perhaps a port; no user, no escapes in the host. */
const ABSOLUTE =
  /^https?:\/\/(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,252}))(?::[0-9]{1,5})?(?:[/?#]|$)/i

/**
 * The location of a redirect, or `undefined` when the target is not an absolute http(s) URL or a path from the
 * root, or leads back to the request.
 * @param target A binary string.
 */
export function readRedirectTarget(
  target: string,
  request: RequestFacts,
  preserveQuery: boolean,
): string | undefined {
  if (target.length > MAX_LOCATION || !SAFE.test(target)) return undefined
  const url = target.replace(TO_ESCAPE, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  if (!isPath(url) && !(ABSOLUTE.test(url) && URL.canParse(url))) return undefined
  const location = preserveQuery ? withQuery(url, request.target.query) : url
  return location.length > MAX_LOCATION || leadsBack(location, request) ? undefined : location
}

/** `//host` is another host (RFC 3986 section 4.2). */
function isPath(url: string): boolean {
  return url.startsWith('/') && url[1] !== '/'
}

/** Puts the request's query behind the target's own, and before a fragment. */
function withQuery(url: string, query: string): string {
  if (query === '') return url
  const hash = url.indexOf('#')
  const base = hash === -1 ? url : url.slice(0, hash)
  const fragment = hash === -1 ? '' : url.slice(hash)
  return `${base}${base.includes('?') ? `&${query.slice(1)}` : query}${fragment}`
}

/** A redirect to where the client is would never end. */
function leadsBack(location: string, { scheme, host, target }: RequestFacts): boolean {
  const hash = location.indexOf('#')
  const plain = hash === -1 ? location : location.slice(0, hash)
  const uri = target.path + target.query
  return plain === uri || plain.toLowerCase() === `${scheme}://${host.authority}${uri}`.toLowerCase()
}
