/**
 * Addresses in expressions. Unlike the addresses of clients, an IPv4-mapped one stays IPv6 here: the engine
 * never compares the families with each other, and clients are made IPv4 before any rule sees them.
 * @module
 */
import { type Address, formatAddress, parseAddress } from '../net/address.ts'

/** Strict: no shorthand, no leading zeros, no zone. `undefined` when it is no address. */
export function parseIpLiteral(text: string): Address | undefined {
  const address = parseAddress(text)
  if (address?.version !== 4 || !text.includes(':')) return address
  return { version: 6, words: [0, 0, 0xffff, address.value] }
}

/** Canonical text, that `parseIpLiteral` reads back as the same address. */
export function formatIpLiteral(address: Address): string {
  return formatAddress(address)
}

/** Negative, zero or positive; `undefined` for addresses of different families. */
export function compareIpLiterals(a: Address, b: Address): number | undefined {
  if (a.version === 4) return b.version === 4 ? a.value - b.value : undefined
  if (b.version === 4) return undefined
  for (let i = 0; i < 4; i++) {
    const difference = (a.words[i] as number) - (b.words[i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** The first address of the network of this length that the address is in. */
export function firstIpLiteral(address: Address, length: number): Address {
  return fillAddress(address, length, 0)
}

/** The last address of that network. */
export function lastIpLiteral(address: Address, length: number): Address {
  return fillAddress(address, length, 0xffffffff)
}

/** The address with every bit after the first `length` taken from `fill`: all zeros or all ones. */
function fillAddress(address: Address, length: number, fill: 0 | 0xffffffff): Address {
  if (address.version === 4) return { version: 4, value: fillWord(address.value, length, fill) }
  const [a, b, c, d] = address.words
  return {
    version: 6,
    words: [
      fillWord(a, length, fill),
      fillWord(b, length - 32, fill),
      fillWord(c, length - 64, fill),
      fillWord(d, length - 96, fill),
    ],
  }
}

function fillWord(value: number, bits: number, fill: number): number {
  if (bits >= 32) return value
  const mask = bits <= 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
  return ((value & mask) | (fill & ~mask)) >>> 0
}
