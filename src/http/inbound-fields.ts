/**
 * Header fields that a client may send but never gets through: what another hop would believe.
 * @module
 */

const NAMES = new Set([
  // Hop by hop (RFC 9110 section 7.6.1) and framing, which each hop makes anew.
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'content-length',
  'host',
  // Answered by the runtime's own HTTP server: an interim answer to the edge helps nobody.
  'expect',
  // Who the client is: said by us alone.
  'forwarded',
  'via',
  'client-ip',
  'true-client-ip',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-originating-ip',
  'x-host',
  'fastly-client-ip',
  'wl-proxy-client-ip',
  'cdn-loop',
  // Which target or method is meant: the request line alone says that.
  'x-rewrite-url',
  'x-override-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // Believed by CGI programs (CVE-2016-5385) and by Next.js (CVE-2025-29927).
  'proxy',
  'x-middleware-subrequest',
])

const PREFIXES = ['sallyport-', 'signature', 'x-forwarded', 'x-original-', 'x-envoy-', 'cf-', 'proxy-']

/** True when the field (lower-case name) is removed from every request before ours are set. */
export function isInboundOnly(name: string): boolean {
  if (NAMES.has(name)) return true
  // Most names start with a letter that no prefix has: one switch instead of seven comparisons.
  switch (name.charCodeAt(0)) {
    case 0x63: // c
    case 0x70: // p
    case 0x73: // s
    case 0x78: // x
      return PREFIXES.some((prefix) => name.startsWith(prefix))
    default:
      return false
  }
}
