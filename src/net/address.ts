/**
 * IP addresses as numbers: parsing from text, printing, and the key a client is counted by.
 * @module
 */

/** `value` is the address as an unsigned 32-bit number; `words` are four of them, most significant first. */
export type Address =
  | { readonly version: 4; readonly value: number }
  | { readonly version: 6; readonly words: readonly [number, number, number, number] }

/** The longest text form: six groups of four digits and an embedded IPv4 address. */
const MAX_TEXT = 45
const COLON = 0x3a
const DOT = 0x2e
const ZERO = 0x30

/** Values of hexadecimal digits by character code; -1 for all else in ASCII. */
const HEX: Int8Array = new Int8Array(128).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** The IPv4 address in `text[start..]`, or -1. Exactly four decimal octets without leading zeros. */
function parseOctets(text: string, start: number): number {
  let value = 0
  let octet = -1
  let dots = 0
  let leadingZero = false
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return -1
      value = value * 256 + octet
      octet = -1
      continue
    }
    const digit = code - ZERO
    if (digit < 0 || digit > 9) return -1
    // Octal or decimal? inet_aton and people disagree on `010` (CVE-2021-29921, CVE-2021-28918): refuse it.
    if (octet < 0) {
      leadingZero = digit === 0
      octet = digit
    } else if (leadingZero) return -1
    else octet = octet * 10 + digit
    if (octet > 255) return -1
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1
}

/** The groups of the address being parsed. Parsing is synchronous, so one scratch array serves all calls. */
const groups = new Uint16Array(8)

/** Moves the groups after `::` to the end and clears the gap. */
function expandGap(gap: number, count: number): void {
  const moved = count - gap
  for (let i = 1; i <= moved; i++) groups[8 - i] = groups[count - i] as number
  groups.fill(0, gap, 8 - moved)
}

/** Fills `groups` from text with colons; false when it is no IPv6 address (RFC 4291 section 2.2). */
function parseGroups(text: string): boolean {
  const startsWithGap = text.charCodeAt(0) === COLON && text.charCodeAt(1) === COLON
  let gap = startsWithGap ? 0 : -1
  let count = 0
  let group = 0
  let digits = 0
  for (let i = startsWithGap ? 2 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const digit = code < 128 ? (HEX[code] as number) : -1
    if (digit >= 0) {
      if (++digits > 4) return false
      group = group * 16 + digit
    } else if (code === COLON && digits > 0 && count < 7) {
      groups[count++] = group
      group = 0
      digits = 0
    } else if (code === COLON && digits === 0 && count > 0 && gap < 0) {
      gap = count
    } else {
      return code === DOT && parseTail(text, i - digits, count, gap)
    }
  }
  // The text ends with a group or with `::`, not with a single colon.
  if (digits > 0) groups[count++] = group
  else if (gap !== count) return false
  return finishGroups(count, gap)
}

/** Reads an IPv4 address as the last two groups. */
function parseTail(text: string, start: number, count: number, gap: number): boolean {
  const tail = count <= 6 ? parseOctets(text, start) : -1
  if (tail < 0) return false
  groups[count] = tail >>> 16
  groups[count + 1] = tail & 0xffff
  return finishGroups(count + 2, gap)
}

/** Without `::` there are eight groups, with it fewer. */
function finishGroups(count: number, gap: number): boolean {
  if (gap < 0) return count === 8
  if (count === 8) return false
  expandGap(gap, count)
  return true
}

/** Two 16-bit groups as one unsigned word. */
function word(index: number): number {
  return (((groups[index] as number) << 16) | (groups[index + 1] as number)) >>> 0
}

/**
 * Reads one address, strictly: no shorthand, no leading zeros in IPv4, no zone, brackets, port or spaces.
 * IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2) becomes IPv4, so that no rule can be passed by
 * writing the same client in the other family. Returns `undefined` for anything else.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_TEXT) return undefined
  if (text.indexOf(':') < 0) {
    const value = parseOctets(text, 0)
    return value < 0 ? undefined : { version: 4, value }
  }
  if (!parseGroups(text)) return undefined
  const w0 = word(0)
  const w1 = word(2)
  const w2 = word(4)
  const w3 = word(6)
  if (w2 === 0xffff && w0 === 0 && w1 === 0) return { version: 4, value: w3 }
  return { version: 6, words: [w0, w1, w2, w3] }
}

function formatOctets(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

function groupAt(words: readonly [number, number, number, number], index: number): number {
  const pair = words[index >> 1] as number
  return index & 1 ? pair & 0xffff : pair >>> 16
}

/** The canonical text of an address: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress(address: Address): string {
  if (address.version === 4) return formatOctets(address.value)
  const { words } = address
  let bestStart = 8
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && groupAt(words, i + length) === 0) length++
    // RFC 5952 section 4.2: the longest run, the first of equals, never a single group.
    if (length > bestLength) {
      bestStart = i
      bestLength = length
    }
    i += length
  }
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === bestStart) {
      text += '::'
      i += bestLength - 1
      continue
    }
    if (text !== '' && !text.endsWith(':')) text += ':'
    text += groupAt(words, i).toString(16)
  }
  return text
}

/**
 * The text a client is counted by: an IPv4 address as it is, an IPv6 address as its /64, because one
 * subscriber usually holds a whole /64 (RFC 6177) and could otherwise take a new address per request.
 */
export function countingKey(address: Address): string {
  if (address.version === 4) return formatOctets(address.value)
  const { words } = address
  let last = 3
  while (last >= 0 && groupAt(words, last) === 0) last--
  let text = ''
  for (let i = 0; i <= last; i++)
    text += i === 0 ? groupAt(words, i).toString(16) : `:${groupAt(words, i).toString(16)}`
  return `${text}::/64`
}
