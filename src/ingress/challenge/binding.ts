/**
 * What a challenge and its clearance are bound to: the site, the client's network and its User-Agent.
 *
 * A network, not an address: phones and offices change addresses within it. A clearance that is handed to
 * another network or another program is worth nothing there.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { type Address, countingKey } from '../../net/address.ts'

/** UTF-16 units of a User-Agent that count. */
const MAX_AGENT = 512

export function bindingOf({ host, client, headers }: RequestFacts): readonly string[] {
  const network = client.address === undefined ? '' : networkOf(client.address)
  return [host.name, network, (headers.get('user-agent') ?? '').slice(0, MAX_AGENT)]
}

/** `192.0.2.0/24`, or the /64 of an IPv6 address. */
function networkOf(address: Address): string {
  if (address.version === 6) return countingKey(address)
  const { value } = address
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.0/24`
}
