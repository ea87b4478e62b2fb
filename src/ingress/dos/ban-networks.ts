/**
 * Bans of addresses and networks, compiled to one look-up.
 * @module
 */
import type { Address } from '../../net/address.ts'
import { type Prefix, parsePrefix } from '../../net/prefix.ts'
import { buildPrefixSet, openPrefixSet } from '../../net/prefix-set.ts'
import { isStronger } from './ban-strength.ts'
import type { Ban } from './watch-protocol.ts'

export interface BanNetworks {
  /** The strongest ban in force that holds the address; of equals the narrowest. */
  find(address: Address, now: number): Ban | undefined
}

/** A ban and the next wider one around it: two networks are nested or have nothing in common. */
interface Nested {
  readonly ban: Ban
  readonly prefix: Prefix
  readonly outer: Nested | undefined
}

const NONE: BanNetworks = { find: () => undefined }

/** Bans whose key is no CIDR block are left out: they come from elsewhere, and must not cost the others. */
export function compileBanNetworks(bans: readonly Ban[]): BanNetworks {
  const nested = nest(bans)
  if (nested.length === 0) return NONE
  // Of one prefix given twice the higher value wins, and that is the later one: its `outer` is the other.
  const entries = nested.map(({ prefix }, index) => ({ prefix, value: index + 1 }))
  const set = openPrefixSet(buildPrefixSet(entries))
  return {
    find(address, now) {
      let found: Ban | undefined
      for (let at = nested[set.lookup(address) - 1]; at !== undefined; at = at.outer) {
        if (at.ban.until > now && (found === undefined || isStronger(at.ban, found))) found = at.ban
      }
      return found
    },
  }
}

function nest(bans: readonly Ban[]): readonly Nested[] {
  const parsed: { ban: Ban; prefix: Prefix }[] = []
  for (const ban of bans) {
    const result = parsePrefix(ban.key)
    if (result.ok) parsed.push({ ban, prefix: result.prefix })
  }
  parsed.sort((a, b) => compareStarts(a.prefix, b.prefix))
  const nested: Nested[] = []
  let outer: Nested | undefined
  for (const { ban, prefix } of parsed) {
    while (outer !== undefined && !holds(outer.prefix, prefix)) outer = outer.outer
    outer = { ban, prefix, outer }
    nested.push(outer)
  }
  return nested
}

const wordsOf = (address: Address): readonly number[] =>
  address.version === 4 ? [address.value] : address.words

/** By family and first address; of those that begin alike the wider one first. */
function compareStarts(a: Prefix, b: Prefix): number {
  if (a.address.version !== b.address.version) return a.address.version - b.address.version
  const others = wordsOf(b.address)
  for (const [lane, word] of wordsOf(a.address).entries()) {
    const other = others[lane] ?? 0
    if (word !== other) return word - other
  }
  return a.length - b.length
}

function holds(outer: Prefix, inner: Prefix): boolean {
  if (outer.address.version !== inner.address.version || outer.length > inner.length) return false
  const others = wordsOf(inner.address)
  return wordsOf(outer.address).every((word, lane) => {
    const bits = Math.min(32, outer.length - lane * 32)
    return bits <= 0 || (word ^ (others[lane] ?? 0)) >>> (32 - bits) === 0
  })
}
