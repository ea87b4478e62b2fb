/**
 * Networks whose last look-up confirmed nobody. A claim from there is not given the time of the next one: who answers
 * for the names of his own addresses could answer slowly, come from a new address each time, and be undecided for ever.
 * @module
 */
import type { Address } from '../../../net/address.ts'
import { networkKeyOf } from '../../dos/source-keys.ts'

export interface DoubtfulNetworks {
  has(address: Address, now: number): boolean
  /** @param until Milliseconds since the epoch; not after `now` clears the network. */
  note(address: Address, until: number, now: number): void
}

/** Some 50 bytes each; the one that was noted first goes first. */
const MOST = 2048

export function createDoubtfulNetworks(most: number = MOST): DoubtfulNetworks {
  const networks = new Map<string, number>()
  return {
    has: (address, now) => now < (networks.get(networkKeyOf(address)) ?? 0),
    note(address, until, now) {
      const network = networkKeyOf(address)
      networks.delete(network)
      if (until <= now) return
      const oldest = networks.size >= most ? networks.keys().next().value : undefined
      if (oldest !== undefined) networks.delete(oldest)
      networks.set(network, until)
    },
  }
}
