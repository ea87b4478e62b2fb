/**
 * Addresses that no client on the public Internet has.
 * @module
 */
import { type Prefix, parsePrefix } from './prefix.ts'
import { buildPrefixSet, openPrefixSet, type PrefixSet } from './prefix-set.ts'

/** Of the registries of special-purpose addresses (RFC 6890, as IANA keeps them) those that are not globally reachable. */
const SPECIAL_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  // Multicast, and what is reserved (RFC 1112).
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** The same within 2000::/3; nothing else is given out to anybody (RFC 4291 section 2.4). */
const SPECIAL_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function read(text: string): Prefix {
  const result = parsePrefix(text)
  if (!result.ok) throw new TypeError(result.message)
  return result.prefix
}

const SPECIAL: readonly Prefix[] = [...SPECIAL_4, ...SPECIAL_6].map(read)
const GLOBAL_6 = { first: 0x20000000, last: 0x3fffffff }
/** The longest of those above: a prefix at least as long holds none of them whole. */
const LONGEST = { 4: 24, 6: 32 }

let set: PrefixSet | undefined

/** Built when it is first asked for: a Worker that fetches nothing never needs it. */
function specialSet(): PrefixSet {
  set ??= openPrefixSet(buildPrefixSet(SPECIAL.map((prefix) => ({ prefix, value: 1 }))))
  return set
}

function firstWord({ address }: Prefix): number {
  return address.version === 4 ? address.value : address.words[0]
}

/** Whether `wide` holds all of `narrow`, whose length is at most 32. */
function holds(wide: Prefix, narrow: Prefix): boolean {
  if (wide.address.version !== narrow.address.version || wide.length >= narrow.length) return false
  const mask = wide.length === 0 ? 0 : (0xffffffff << (32 - wide.length)) >>> 0
  return (firstWord(narrow) & mask) >>> 0 === firstWord(wide)
}

/** Whether any address of the prefix is private, reserved or otherwise not an address on the public Internet. */
export function isSpecialPrefix(prefix: Prefix): boolean {
  const { address, length } = prefix
  if (address.version === 6) {
    if (length < 3 || address.words[0] < GLOBAL_6.first || address.words[0] > GLOBAL_6.last) return true
  }
  if (specialSet().has(address)) return true
  return length < LONGEST[address.version] && SPECIAL.some((special) => holds(prefix, special))
}
