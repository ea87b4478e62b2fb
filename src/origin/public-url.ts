/**
 * The URL that a client asked for, for frameworks whose requests are made from one.
 * @module
 */
import type { Admitted } from './outcome.ts'

/**
 * @param target The raw request-target.
 * @param own The URL by which the request came here. It stays where nothing was signed, and for a public host that no
 * URL can have (WHATWG URL section 3.5: `shop.1` would be an IPv4 address) although a Host field can.
 */
export function formatPublicUrl(admitted: Admitted, target: string, own: string): string {
  if (!admitted.signed) return own
  const url = `${admitted.client.scheme}://${admitted.client.host}${target}`
  return URL.canParse(url) ? url : own
}
