/**
 * Names in DNS: the one that is asked for an address's name, and which names belong to an operator.
 * @module
 */
import type { Address } from '../../../net/address.ts'

/** Characters of a name as text (RFC 1035 section 2.3.4), and of a label. */
const MAX_NAME = 253
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** `1.2.0.192.in-addr.arpa` (RFC 1035 section 3.5), or 32 digits below `ip6.arpa` (RFC 3596 section 2.5). */
export function reverseName(address: Address): string {
  if (address.version === 4) {
    const { value } = address
    return `${value & 255}.${(value >>> 8) & 255}.${(value >>> 16) & 255}.${value >>> 24}.in-addr.arpa`
  }
  const digits = address.words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return `${[...digits].reverse().join('.')}.ip6.arpa`
}

/** A name in lower case without the dot at its end; `undefined` for what is no host name. */
export function canonicalName(text: string): string | undefined {
  if (text.length > MAX_NAME + 1) return undefined
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase()
  return name.length <= MAX_NAME && name.split('.').every((label) => LABEL.test(label)) ? name : undefined
}

/**
 * Whether a canonical name lies below one of the suffixes, which begin with a dot: `evilgooglebot.com` and
 * `googlebot.com.attacker.example` do not lie below `.googlebot.com`, nor does `googlebot.com` itself.
 */
export function isBelow(name: string, suffixes: readonly string[]): boolean {
  return suffixes.some(
    (suffix) => suffix.length > 1 && suffix.startsWith('.') && name.endsWith(suffix.toLowerCase()),
  )
}
