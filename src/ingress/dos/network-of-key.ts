/**
 * From the name of a source at level `address` to the name of its network.
 * @module
 */
import { parseAddress } from '../../net/address.ts'
import { networkKeyOf } from './source-keys.ts'

/** The /24 or /48 that an address or /64 is in; empty for what is neither. */
export function networkOfKey(key: string): string {
  const slash = key.indexOf('/')
  const address = parseAddress(slash < 0 ? key : key.slice(0, slash))
  return address === undefined ? '' : networkKeyOf(address)
}
