/**
 * The cookies of a request: names decoded and merged, values as they were sent.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import { groupPairs } from './multi-map.ts'

/** Cookies that are read; hygiene allows far fewer, unless it only logs. */
export const MAX_COOKIES = 1024

/** Reads a Cookie field (RFC 6265 section 4.2.1). A part without `=` is a name with an empty value. */
export function readCookies(field: string): ReadonlyMap<string, readonly string[]> {
  const text = toBytes(field)
  const pairs: [string, string][] = []
  for (let from = 0; from < text.length && pairs.length < MAX_COOKIES; ) {
    const next = text.indexOf(';', from)
    const end = next === -1 ? text.length : next
    const part = trimSpace(text.slice(from, end))
    from = end + 1
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : trimSpace(part.slice(0, equals))
    pairs.push([decodeName(name), equals === -1 ? '' : trimSpace(part.slice(equals + 1))])
  }
  return groupPairs(pairs)
}

/** Not `trim()`: to it the byte 0xA0 is a space, with which the UTF-8 of `à` ends. */
function trimSpace(bytes: string): string {
  let from = 0
  let to = bytes.length
  while (from < to && isSpace(bytes.charCodeAt(from))) from++
  while (to > from && isSpace(bytes.charCodeAt(to - 1))) to--
  return bytes.slice(from, to)
}

/** Space and tab (RFC 9110 section 5.6.3). */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x09

/** True when a Cookie field has more cookies than are read. */
export function hasTooManyCookies(field: string): boolean {
  let count = 1
  for (let i = field.indexOf(';'); i !== -1; i = field.indexOf(';', i + 1)) {
    if (++count > MAX_COOKIES) return true
  }
  return false
}

/** `%HH` stands for a byte; a `%` that starts no escape stands for itself. */
function decodeName(name: string): string {
  if (!name.includes('%')) return name
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number(`0x${digits}`)))
}
