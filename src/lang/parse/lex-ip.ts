/**
 * Addresses, networks and ranges of addresses. Stricter than the engine inside `{}`: shorthand (`10.1/16`)
 * and leading zeros are refused, as two programs can read them as two different addresses (CVE-2021-28918).
 * @module
 */
import { parsePrefix } from '../../net/prefix.ts'
import {
  compareIpLiterals,
  firstIpLiteral,
  formatIpLiteral,
  lastIpLiteral,
  parseIpLiteral,
} from '../ip-literal.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { charSet, scanWhile } from './scan.ts'

const IP_CHARACTERS = charSet('0123456789abcdefABCDEF:./')

export interface IpRange {
  /** Canonical text of the first address and the last. */
  readonly from: string
  readonly to: string
}

/** One address; gives its canonical text. */
export function lexIp(source: string, at: number): Lexed<string> {
  const end = scanIp(source, at)
  const address = parseIpLiteral(source.slice(at, end)) ?? failAddress(source, at, end)
  return { value: formatIpLiteral(address), at: end }
}

/** One address, a network (`192.0.2.0/24`) or a range (`192.0.2.1..192.0.2.9`). */
export function lexIpRange(source: string, at: number): Lexed<IpRange> {
  const end = scanIp(source, at)
  const dots = source.slice(at, end).indexOf('..')
  return { value: dots < 0 ? toNetwork(source, at, end) : toRange(source, at, at + dots, end), at: end }
}

function scanIp(source: string, at: number): number {
  const end = scanWhile(source, at, IP_CHARACTERS)
  if (end > at) return end
  const comma = source.startsWith(',', at)
  const fix = comma
    ? 'Separate the elements of a set with spaces, not commas.'
    : 'Write an address without quotes, as 192.0.2.1 or 2001:db8::1.'
  throw new LexFailure('expected-name', [at, source.length], 'expected IP address character', fix)
}

function failAddress(source: string, start: number, end: number): never {
  const result = parsePrefix(source.slice(start, end))
  const message = "couldn't parse address in network: invalid IP address syntax"
  const fix = result.ok
    ? 'Write one address; a network can only stand in a set: in {192.0.2.0/24}.'
    : result.fix
  throw new LexFailure('parse-network', [start, end], message, fix)
}

function toRange(source: string, start: number, dots: number, end: number): IpRange {
  const from = parseIpLiteral(source.slice(start, dots)) ?? failAddress(source, start, dots)
  const to = parseIpLiteral(source.slice(dots + 2, end)) ?? failAddress(source, dots + 2, end)
  const order = compareIpLiterals(from, to)
  if (order === undefined || order > 0) {
    const fix =
      order === undefined
        ? 'Both ends of a range must be IPv4, or both IPv6.'
        : `Write the lower address first: ${formatIpLiteral(to)}..${formatIpLiteral(from)}.`
    throw new LexFailure('incompatible-range-bounds', [start, end], 'incompatible range bounds', fix)
  }
  return { from: formatIpLiteral(from), to: formatIpLiteral(to) }
}

function toNetwork(source: string, start: number, end: number): IpRange {
  const text = source.slice(start, end)
  const last = text.lastIndexOf('/')
  // The engine splits at the last slash and underlines up to the first.
  const addressEnd = text.includes('/') ? start + text.indexOf('/') : end
  const address =
    parseIpLiteral(last < 0 ? text : text.slice(0, last)) ?? failAddress(source, start, addressEnd)
  if (last < 0) return { from: formatIpLiteral(address), to: formatIpLiteral(address) }
  const length = toLength(source, start, start + last + 1, end, address.version)
  const network = firstIpLiteral(address, length)
  if (compareIpLiterals(network, address) !== 0) {
    const host = formatIpLiteral(address)
    const fix = `Write ${formatIpLiteral(network)}/${length} for the network or ${host} for the one address.`
    throw new LexFailure('parse-network', [start, addressEnd], 'host part of address was not zero', fix)
  }
  return { from: formatIpLiteral(network), to: formatIpLiteral(lastIpLiteral(address, length)) }
}

/** The number after the slash of the network that starts at `start`. */
function toLength(source: string, start: number, at: number, end: number, version: 4 | 6): number {
  const text = source.slice(at, end)
  const bits = version === 4 ? 32 : 128
  const fix = `Write a number from 0 to ${bits} without leading zeros after the /.`
  if (!/^(?:0|[1-9][0-9]*)$/.test(text) || Number(text) > 255) {
    const why = !text
      ? 'cannot parse integer from empty string'
      : /\D/.test(text)
        ? 'invalid digit found in string'
        : Number(text) > 255
          ? 'number too large to fit in target type'
          : 'leading zeros are not allowed'
    throw new LexFailure('parse-network', [at, end], `couldn't parse length in network: ${why}`, fix)
  }
  const length = Number(text)
  if (length > bits) {
    const message = `invalid length for network: Network length ${length} is too long for Ipv${version} (maximum: ${bits})`
    throw new LexFailure('parse-network', [start, end], message, fix)
  }
  return length
}
