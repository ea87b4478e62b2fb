/**
 * Which TLS handshakes people's browsers make, learned from clients that have solved a challenge.
 *
 * A program's handshake differs from that of the browser whose name it uses, and cannot be changed by setting a
 * field. Chromium mixes the order of extensions with each connection, so what is compared is the JA4, which is sorted, or
 * the hash of the ciphers, which has few variants for each browser.
 *
 * Nobody can turn this against people: one network counts once, what three networks have shown is never forgotten,
 * and a table that is full says nothing any more. Teaching it a handshake of one's own takes three networks with a
 * challenge solved in each, and wins one small weight.
 * @module
 */
import type { AgentProfile } from '../../../http/agent-family.ts'
import type { Address } from '../../../net/address.ts'
import type { EdgeFacts } from './read-edge.ts'

export interface TlsMemory {
  /** Remembers a request of a client that is cleared. */
  learn(agent: AgentProfile, edge: EdgeFacts, address: Address | undefined): void
  /** Whether people have been seen with this handshake and kind of browser; `undefined`: too few were seen. */
  knows(agent: AgentProfile, edge: EdgeFacts): boolean | undefined
}

/** Networks that have to show one handshake before it is taken for that of people. */
export const NETWORKS_TO_CONFIRM = 3
/** Networks that have to be seen with a kind of browser before anything is unfamiliar. */
export const NETWORKS_TO_JUDGE = 100
/** Handshakes of one kind of browser: Chromium's ciphers have 16 variants (RFC 8701) on each kind of hardware. */
export const MAX_HANDSHAKES = 64
const MAX_HASH = 64

/** Engines and systems are few, so kinds are. */
interface Kind {
  /** The networks seen, until there are enough. */
  readonly networks: Set<number>
  /** Networks by handshake, as many as confirm it. */
  readonly handshakes: Map<string, number[]>
}

export function createTlsMemory(): TlsMemory {
  const kinds = new Map<string, Kind>()
  return {
    learn(agent, edge, address) {
      const hash = handshakeOf(agent, edge)
      if (hash === undefined || address === undefined) return
      const key = kindOf(agent)
      let kind = kinds.get(key)
      if (kind === undefined) {
        kind = { networks: new Set(), handshakes: new Map() }
        kinds.set(key, kind)
      }
      remember(kind, hash, networkOf(address))
    },
    knows(agent, edge) {
      const hash = handshakeOf(agent, edge)
      const kind = hash === undefined ? undefined : kinds.get(kindOf(agent))
      if (hash === undefined || kind === undefined || kind.networks.size < NETWORKS_TO_JUDGE) return undefined
      if ((kind.handshakes.get(hash)?.length ?? 0) >= NETWORKS_TO_CONFIRM) return true
      return kind.handshakes.size >= MAX_HANDSHAKES ? undefined : false
    },
  }
}

function remember({ networks, handshakes }: Kind, hash: string, network: number): void {
  if (networks.size < NETWORKS_TO_JUDGE) networks.add(network)
  const seen = handshakes.get(hash)
  if (seen === undefined) {
    if (handshakes.size >= MAX_HANDSHAKES) forgetOne(handshakes)
    if (handshakes.size < MAX_HANDSHAKES) handshakes.set(hash, [network])
  } else if (seen.length < NETWORKS_TO_CONFIRM && !seen.includes(network)) seen.push(network)
}

/** Makes room: the oldest that is not confirmed goes. */
function forgetOne(handshakes: Map<string, number[]>): void {
  for (const [hash, networks] of handshakes) {
    if (networks.length < NETWORKS_TO_CONFIRM) {
      handshakes.delete(hash)
      return
    }
  }
}

function kindOf({ engine, system }: AgentProfile): string {
  return `${engine} ${system}`
}

/** What is compared of a handshake; `undefined` when nothing is known of it, or the client is no plain browser. */
function handshakeOf(agent: AgentProfile, { ja4, ciphers }: EdgeFacts): string | undefined {
  if (agent.host !== 'browser' || agent.engine === 'none' || agent.engine === 'old') return undefined
  const hash = ja4 ?? ciphers
  return hash === undefined || hash === '' || hash.length > MAX_HASH ? undefined : hash
}

/** The /24 or /48 of an address as a number; the two kinds do not meet. */
function networkOf(address: Address): number {
  if (address.version === 4) return address.value >>> 8
  return 2 ** 24 + (address.words[0] * 2 ** 16 + (address.words[1] >>> 16))
}
