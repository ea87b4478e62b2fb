/**
 * The public host of a request, read one way (RFC 9110 section 7.2).
 * @module
 */

export interface Host {
  /** Lower case, without port and trailing dot; IPv6 in brackets. Matching is on this. Empty when unreadable. */
  readonly name: string
  /** The name with a port that is not the scheme's default: what the origin is told. */
  readonly authority: string
  /** The name had a trailing dot: the same host to DNS, another one to many virtual-host tables. */
  readonly trailingDot: boolean
}

const NONE: Host = { name: '', authority: '', trailingDot: false }
// One linear pass: a bracketed IPv6 literal or a name of letters, digits, `-`, `_` and dots; then a port.
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(\.)?(?::([0-9]{1,5}))?$/

/** Reads a Host field value. At most 255 octets (RFC 1035 section 2.3.4) and a port. */
export function readHost(text: string, scheme: 'http' | 'https'): Host {
  if (text.length > 262) return NONE
  const match = HOST.exec(text.toLowerCase())
  const name = match?.[1]
  if (match === null || name === undefined || name.length > 255) return NONE
  const port = match[3] === undefined ? undefined : Number(match[3])
  if (port !== undefined && (port === 0 || port > 65_535)) return NONE
  const isDefault = port === undefined || port === (scheme === 'https' ? 443 : 80)
  return { name, authority: isDefault ? name : `${name}:${port}`, trailingDot: match[2] !== undefined }
}
