/**
 * Names of a request's source at each level: what is counted and what is banned must be called the same.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { type Address, countingKey, formatAddress } from '../../net/address.ts'

/** An IPv4 address, or the /64 of an IPv6 address as CIDR. */
export function addressKeyOf(address: Address): string {
  return countingKey(address)
}

/** The IPv4 /24 or IPv6 /48 as CIDR. */
export function networkKeyOf(address: Address): string {
  if (address.version === 4)
    return `${formatAddress({ version: 4, value: (address.value & 0xffffff00) >>> 0 })}/24`
  const [high, low] = address.words
  return `${formatAddress({ version: 6, words: [high, (low & 0xffff0000) >>> 0, 0, 0] })}/48`
}

/** Cloudflare's JA4 fingerprint of the TLS handshake, where the plan has it. */
export function tlsKeyOf({ client }: RequestFacts): string | undefined {
  const management = client.edge?.botManagement
  if (typeof management !== 'object' || management === null) return undefined
  const { ja4 } = management as { readonly ja4?: unknown }
  return typeof ja4 === 'string' && JA4.test(ja4) ? ja4 : undefined
}

const JA4 = /^[0-9a-zA-Z_]{10,64}$/

/** Characters of a path or a user agent that are looked at. */
const LOOKED_AT = 256

/** 32 bits each. */
export interface AgentWords {
  readonly high: number
  readonly low: number
}

/**
 * 16 hex digits for a path and a user agent. Not keyed: whoever wants to be taken for another pair can send
 * that pair.
 */
export function agentKeyOf(facts: RequestFacts): string {
  return agentKeyFrom(agentWordsOf(facts))
}

export function agentKeyFrom({ high, low }: AgentWords): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

/** What `agentKeyOf` writes down: FNV-1a's step twice at the same time, with two multipliers, by pairs of units. */
export function agentWordsOf({ target, headers }: RequestFacts): AgentWords {
  absorb(0x811c9dc5, 0x9747b28c, target.path)
  absorb(words.high, words.low, headers.get('user-agent') ?? '')
  return { high: finish(words.high), low: finish(words.low) }
}

/** What `absorb` leaves behind: nothing here awaits, so one serves all calls. */
const words = { high: 0, low: 0 }

/** The end counts too, so that what stands in the path cannot be moved into the agent. */
function absorb(startHigh: number, startLow: number, text: string): void {
  const end = Math.min(text.length, LOOKED_AT)
  let high = startHigh
  let low = startLow
  // charCodeAt gives NaN past the end, and NaN counts as 0 in bit operations.
  for (let at = 0; at < end; at += 2) {
    const pair = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
    high = Math.imul(high ^ pair, 0x01000193)
    low = Math.imul(low ^ pair, 0x5bd1e995)
  }
  words.high = Math.imul(high ^ end, 0x01000193)
  words.low = Math.imul(low ^ end, 0x5bd1e995)
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
