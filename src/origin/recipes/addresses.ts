/**
 * Addresses as configurations write them.
 * @module
 */

/** A host as it stands before a port: IPv6 addresses in brackets (RFC 3986 section 3.2.2). */
export function formatUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
