/**
 * Who a challenge and its clearance are for: the client's network and its program, as keyed hashes.
 *
 * A network, not an address: phones and offices change addresses within it. The program by family and major version,
 * because browsers change the rest of their User-Agent as they like. People behind relays (Tor, iCloud Private Relay)
 * have another address every few minutes: all relays are one network, and what is given there lives shorter.
 * @module
 */
import { agentFamily } from '../../http/agent-family.ts'
import type { ClientFacts, RequestFacts } from '../../http/facts.ts'
import { type Hash64, type SipKey, sipHash } from '../limits/sip-hash.ts'

/** Networks of different kinds belong to one client that has both: IPv4 and IPv6, or a relay and its own. */
export const UNKNOWN_NETWORK = 1
export const RELAY = 2
export const IPV4 = 4
export const IPV6 = 6
export type NetworkKind = typeof UNKNOWN_NETWORK | typeof RELAY | typeof IPV4 | typeof IPV6

export interface Network {
  readonly kind: NetworkKind
  readonly hash: Hash64
}

export interface Binding {
  readonly network: Network
  /** Unsigned 32 bits. */
  readonly agent: number
}

/** UTF-16 units of a User-Agent that count. */
const MAX_AGENT = 512
/** Cloudflare's country of Tor exits. */
const TOR = 'T1'

/** @param relays Autonomous systems of relays. */
export function bindingOf(
  { client, headers }: RequestFacts,
  relays: ReadonlySet<number>,
  key: SipKey,
): Binding {
  const [kind, text] = networkOf(client, relays)
  const { family, major } = agentFamily((headers.get('user-agent') ?? '').slice(0, MAX_AGENT))
  return {
    network: { kind, hash: sipHash(key, text) },
    agent: sipHash(key, `agent ${family} ${major}`).lo,
  }
}

export function isSameNetwork(a: Network, b: Network): boolean {
  return a.kind === b.kind && a.hash.lo === b.hash.lo && a.hash.hi === b.hash.hi
}

/** The autonomous system tells apart who shares a prefix after it was sold; without it the prefix must do. */
function networkOf(client: ClientFacts, relays: ReadonlySet<number>): readonly [NetworkKind, string] {
  const { address, asn, country } = client
  if (country === TOR || (asn !== undefined && relays.has(asn))) return [RELAY, 'relay']
  if (address === undefined) return [UNKNOWN_NETWORK, 'unknown']
  if (address.version === 4) return [IPV4, `4 ${asn ?? ''} ${address.value >>> 8}`]
  const [high, low] = address.words
  // The first 48 bits: what a site gets at most (RFC 6177 section 2).
  return [IPV6, `6 ${asn ?? ''} ${high} ${low >>> 16}`]
}
