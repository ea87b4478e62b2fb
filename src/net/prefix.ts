/**
 * Address prefixes in CIDR notation, read strictly and explained when they are wrong.
 * @module
 */
import { type Address, formatAddress, parseAddress } from './address.ts'

/** All addresses whose first `length` bits are those of `address`; the other bits of `address` are zero. */
export interface Prefix {
  readonly address: Address
  readonly length: number
}

/** `message` says what is wrong, `fix` what to write instead. */
export type PrefixResult =
  | { readonly ok: true; readonly prefix: Prefix }
  | { readonly ok: false; readonly message: string; readonly fix: string }

const EXAMPLES =
  'Write a network as 192.0.2.0/24 or 2001:db8::/32, or one address as 192.0.2.1 or 2001:db8::1.'

function refuse(message: string, fix: string): PrefixResult {
  return { ok: false, message, fix }
}

/** Text for a message: bounded and with control characters escaped. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

/** The address with every bit after `length` cleared. */
function maskAddress(address: Address, length: number): Address {
  if (address.version === 4) return { version: 4, value: maskWord(address.value, length) }
  const [a, b, c, d] = address.words
  return {
    version: 6,
    words: [
      maskWord(a, length),
      maskWord(b, length - 32),
      maskWord(c, length - 64),
      maskWord(d, length - 96),
    ],
  }
}

function maskWord(value: number, bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? value : (value & (0xffffffff << (32 - bits))) >>> 0
}

function sameAddress(a: Address, b: Address): boolean {
  if (a.version === 4) return b.version === 4 && a.value === b.value
  return b.version === 6 && a.words.every((word, lane) => word === b.words[lane])
}

/** Prefix in its canonical text form. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`
}

/** Tells why `text` is no address, as precisely as can be. */
function explainAddress(text: string): PrefixResult {
  const what = `${quote(text)} is not an IP address`
  if (text.includes('%')) return refuse(`${what}: it has a zone id`, 'Leave out the % and what follows it.')
  if (text.startsWith('[')) return refuse(`${what}: it is in brackets`, 'Leave out the brackets.')
  if (text.includes('-'))
    return refuse(`${what}: it may be a range`, 'Write the networks that make up the range, one entry each.')
  if (text.includes(':')) return refuse(what, EXAMPLES)
  const parts = text.split('.')
  if (!parts.every((part) => part.length > 0 && part.length <= 4 && !/\D/.test(part)))
    return refuse(what, EXAMPLES)
  if (parts.length < 4) {
    const full = [...parts.map(Number), 0, 0, 0].slice(0, 4).join('.')
    return refuse(
      `${what}: shorthand is not allowed, IPv4 has four numbers`,
      `Write all four numbers, as ${full}.`,
    )
  }
  if (parts.length === 4 && parts.some((part) => part.length > 1 && part.startsWith('0'))) {
    const plain = parts.map(Number).join('.')
    return refuse(`${what}: leading zeros could mean octal`, `Write ${plain} if the numbers are decimal.`)
  }
  return refuse(what, EXAMPLES)
}

/** Digits without leading zeros up to `limit`, else `undefined`. */
function parseLength(text: string, limit: number): number | undefined {
  if (text.length === 0 || text.length > 3 || /\D/.test(text)) return undefined
  if (text.length > 1 && text.startsWith('0')) return undefined
  const length = Number(text)
  return length <= limit ? length : undefined
}

/** The length that a netmask such as 255.255.0.0 stands for, else `undefined`. */
function maskLength(text: string): number | undefined {
  const mask = parseAddress(text)
  if (mask?.version !== 4 || text.includes(':')) return undefined
  const length = Math.clz32(~mask.value)
  return maskWord(0xffffffff, length) === mask.value ? length : undefined
}

function explainLength(text: string, addressText: string, bits: number): PrefixResult {
  const mask = bits === 32 ? maskLength(text.slice(addressText.length + 1)) : undefined
  if (mask !== undefined)
    return refuse(`${quote(text)} has a netmask for a prefix length`, `Write ${addressText}/${mask}.`)
  return refuse(
    `${quote(text)} has a bad prefix length`,
    `Write a number from 0 to ${bits} without leading zeros after the /.`,
  )
}

/**
 * Reads `address/length`, or a bare address as /32 or /128. Host bits must be zero: an operator who
 * writes `192.0.2.7/24` meant either the host or the network, and guessing wrong opens or closes a door.
 * A prefix of IPv4-mapped addresses (/96 or longer) becomes the IPv4 prefix.
 */
export function parsePrefix(text: string): PrefixResult {
  const slash = text.indexOf('/')
  const addressText = slash < 0 ? text : text.slice(0, slash)
  const address = parseAddress(addressText)
  if (!address) return explainAddress(addressText)
  const mapped = address.version === 4 && addressText.includes(':')
  const bits = address.version === 4 && !mapped ? 32 : 128
  const written = slash < 0 ? bits : parseLength(text.slice(slash + 1), bits)
  if (written === undefined) return explainLength(text, addressText, bits)
  if (mapped && written < 96) {
    return refuse(
      `${quote(text)} is wider than the IPv4-mapped addresses`,
      'Write the IPv4 network itself, as 192.0.2.0/24.',
    )
  }
  const length = mapped ? written - 96 : written
  const network = maskAddress(address, length)
  if (!sameAddress(network, address)) {
    const host = formatAddress(address)
    const fix = `Write ${formatPrefix({ address: network, length })} for the network or ${host} for the one address.`
    return refuse(`${quote(text)} has host bits set: ${host} is not the start of a /${length}`, fix)
  }
  return { ok: true, prefix: { address, length } }
}
