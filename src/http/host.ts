/**
 * The public host of a request, read one way (RFC 9110 section 7.2).
 * @module
 */
import { formatAddress, parseAddress } from '../net/address.ts'

export interface Host {
  /**
   * Lower case, without port and trailing dot; IPv6 in brackets as RFC 5952 writes it. Matching is on this.
   * Empty when unreadable.
   */
  readonly name: string
  /** The name with a port that is not the scheme's default: what the origin is told. */
  readonly authority: string
  /** The name had a trailing dot: the same host to DNS, another one to many virtual-host tables. */
  readonly trailingDot: boolean
}

const NONE: Host = { name: '', authority: '', trailingDot: false }
// One linear pass: a bracketed IPv6 literal or a name of letters, digits, `-`, `_` and dots; then a port. No
// label starts with `-` (RFC 1123 section 2.1); the signed field could not hold such a host either.
const HOST =
  /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)*)(\.)?)(?::([0-9]{1,5}))?$/
/** Characters of a name of 255 octets (RFC 1035 section 2.3.4): two octets are not text. */
const MAX_NAME = 253

/** Reads a Host field value. */
export function readHost(text: string, scheme: 'http' | 'https'): Host {
  if (text.length > MAX_NAME + '.:65535'.length) return NONE
  const match = HOST.exec(text.toLowerCase())
  const name = match?.[2] ?? bracketed(match?.[1])
  if (!match || name === undefined || name.length > MAX_NAME) return NONE
  const port = match[4] === undefined ? undefined : Number(match[4])
  if (port !== undefined && (port === 0 || port > 65_535)) return NONE
  const isDefault = port === undefined || port === (scheme === 'https' ? 443 : 80)
  return { name, authority: isDefault ? name : `${name}:${port}`, trailingDot: match[3] !== undefined }
}

/** The one spelling of an IPv6 literal; `undefined` for what is none, an IPv4 address in disguise included. */
function bracketed(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text)
  return address?.version === 6 ? `[${formatAddress(address)}]` : undefined
}
