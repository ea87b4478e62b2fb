/**
 * Other address sets, for comparison: what Node has, and three libraries from npm.
 * @module
 */
import { BlockList, SocketAddress } from 'node:net'
import { contains } from 'fast-cidr-tools'
import { getMatch } from 'ip-matching'
import ipaddr from 'ipaddr.js'
import { type Address, formatAddress } from '../../src/net/address.ts'
import { formatPrefix } from '../../src/net/prefix.ts'
import type { PrefixEntry } from '../../src/net/prefix-ranges.ts'

export interface Peer {
  readonly name: string
  /** Largest set it is asked with: linear ones need minutes for more. */
  readonly upTo: number
  /** Makes the set and prepares the probes; the result tells whether probe `i` is in the set. */
  prepare(entries: readonly PrefixEntry[], probes: readonly Address[]): (i: number) => boolean
}

function fillBlockList(entries: readonly PrefixEntry[]): BlockList {
  const list = new BlockList()
  for (const { prefix } of entries)
    list.addSubnet(formatAddress(prefix.address), prefix.length, `ipv${prefix.address.version}`)
  return list
}

export const PEERS: readonly Peer[] = [
  {
    name: 'node:net BlockList, parsed',
    upTo: 1_000_000,
    prepare(entries, probes) {
      const list = fillBlockList(entries)
      const parsed = probes.map(
        (address) => new SocketAddress({ address: formatAddress(address), family: `ipv${address.version}` }),
      )
      return (i) => list.check(parsed[i] as SocketAddress)
    },
  },
  {
    name: 'ipaddr.js match, all parsed',
    upTo: 100_000,
    prepare(entries, probes) {
      const ranges = entries.map(({ prefix }) => ipaddr.parseCIDR(formatPrefix(prefix)))
      const parsed = probes.map((address) => ipaddr.parse(formatAddress(address)))
      return (i) => {
        const address = parsed[i] as ipaddr.IPv4 | ipaddr.IPv6
        return ranges.some((range) => range[0].kind() === address.kind() && address.match(range))
      }
    },
  },
  {
    name: 'ip-matching, ranges parsed',
    upTo: 10_000,
    prepare(entries, probes) {
      const ranges = entries.map(({ prefix }) => getMatch(formatPrefix(prefix)))
      const texts = probes.map(formatAddress)
      return (i) => ranges.some((range) => range.matches(texts[i] as string))
    },
  },
  {
    name: 'fast-cidr-tools contains, from text',
    upTo: 10_000,
    prepare(entries, probes) {
      const ranges = entries.map(({ prefix }) => formatPrefix(prefix))
      const single = probes.map((address) => [
        `${formatAddress(address)}/${address.version === 4 ? 32 : 128}`,
      ])
      return (i) => contains(ranges, single[i] as string[])
    },
  },
]
