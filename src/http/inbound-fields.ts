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
  // Fields of other platforms' front lines, which libraries that look for an address try one by one.
  'forwarded-for',
  'x-forward-for',
  'cluster-client-ip',
  'fly-client-ip',
  'do-connecting-ip',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-proxyuser-ip',
  'remote-addr',
  // How the client came: https or not.
  'front-end-https',
  'x-scheme',
  'x-url-scheme',
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
      if (PREFIXES.some((prefix) => name.startsWith(prefix))) return true
  }
  return ODD_NAME.test(name) && isInboundOnly(name.replace(NO_WORD, '-'))
}

/**
 * Gateway interfaces may turn every character but letters and digits into `_` (RFC 3875 section 4.1.18):
 * `x.forwarded.for` is `X-Forwarded-For` to an application then, and the second door refuses
 * `sallyport.client`.
 */
const ODD_NAME = /[^a-z0-9-]/
const NO_WORD = /[^a-z0-9]/g
