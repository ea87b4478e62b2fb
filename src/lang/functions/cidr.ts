/**
 * `cidr(address, bits4, bits6)`, `cidr6(address, bits6)` and `ip_in_range(address, "network")`.
 * @module
 */
import type { Address } from '../../net/address.ts'
import { type Prefix, parsePrefix } from '../../net/prefix.ts'
import type { ArgumentNode } from '../ast.ts'
import { isAddress } from '../value.ts'
import type { FunctionCall, FunctionDefinition } from './definition.ts'
import { BYTES_LITERAL, checkRange, INT_LITERAL, IP_FIELD, literalBytes } from './parameters.ts'

function maskWord(word: number, bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? word : (word & (0xffffffff << (32 - bits))) >>> 0
}

/** The first address of the network of `bits` bits that holds the address. */
function networkOf(address: Address, bits: number): Address {
  if (address.version === 4) return { version: 4, value: maskWord(address.value, bits) }
  const [a, b, c, d] = address.words
  return {
    version: 6,
    words: [maskWord(a, bits), maskWord(b, bits - 32), maskWord(c, bits - 64), maskWord(d, bits - 96)],
  }
}

function holds(prefix: Prefix, address: Address): boolean {
  const network = prefix.address
  const masked = networkOf(address, prefix.length)
  if (network.version === 4) return masked.version === 4 && masked.value === network.value
  return masked.version === 6 && masked.words.every((word, i) => word === network.words[i])
}

export const CIDR: FunctionDefinition = {
  signature: {
    required: [IP_FIELD, INT_LITERAL, INT_LITERAL],
    returns: () => 'Ip',
    check: (args) => checkRange(args, 1, 1, 32) ?? checkRange(args, 2, 1, 128),
  },
  call([address, bits4, bits6]) {
    if (!isAddress(address)) return undefined
    const bits = address.version === 4 ? bits4 : bits6
    return typeof bits === 'number' ? networkOf(address, bits) : undefined
  },
  cost: 3,
}

export const CIDR6: FunctionDefinition = {
  signature: {
    required: [IP_FIELD, INT_LITERAL],
    returns: () => 'Ip',
    check: (args) => checkRange(args, 1, 1, 128),
  },
  call([address, bits]) {
    if (!isAddress(address) || typeof bits !== 'number') return undefined
    return address.version === 4 ? address : networkOf(address, bits)
  },
  cost: 3,
}

function inRange(network: string): FunctionCall {
  const result = parsePrefix(network)
  return ([address]) => (isAddress(address) && result.ok ? holds(result.prefix, address) : undefined)
}

export const IP_IN_RANGE: FunctionDefinition = {
  signature: {
    required: [IP_FIELD, BYTES_LITERAL],
    returns: () => 'Bool',
    check(args: readonly ArgumentNode[]) {
      const result = parsePrefix(literalBytes(args[1]) ?? '')
      return result.ok ? undefined : { index: 1, message: result.message, fix: result.fix }
    },
  },
  call: (args) => (typeof args[1] === 'string' ? inRange(args[1])(args) : undefined),
  prepare: (args) => inRange(literalBytes(args[1]) ?? ''),
  cost: 3,
}
