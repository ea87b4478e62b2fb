/**
 * Values for people: on one line, bounded, without control characters.
 * @module
 */
import { formatAddress } from '../net/address.ts'
import { isAddress, isArray, isMap, toText, type Value } from './value.ts'

const MAX_TEXT = 120
const MAX_ITEMS = 8

function printBytes(bytes: string): string {
  const cut = bytes.length > MAX_TEXT
  const quoted = JSON.stringify(toText(cut ? bytes.slice(0, MAX_TEXT) : bytes))
  // C1 controls too: a terminal may obey them.
  const safe = quoted.replace(/[\x7f-\x9f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)
  return cut ? `${safe}… (${bytes.length} bytes)` : safe
}

function printList(open: string, items: Iterable<string>, size: number, close: string): string {
  const shown = [...items].slice(0, MAX_ITEMS)
  if (size > MAX_ITEMS) shown.push(`… (${size})`)
  return `${open}${shown.join(' ')}${close}`
}

function* printEntries(map: ReadonlyMap<string, Value>): Iterable<string> {
  let count = 0
  for (const [key, value] of map) if (count++ < MAX_ITEMS) yield `${printBytes(key)}: ${printValue(value)}`
}

/** At most a few hundred characters for a string, eight items of an array or a map. */
export function printValue(value: Value | undefined): string {
  if (value === undefined) return 'nil'
  if (typeof value === 'string') return printBytes(value)
  if (isArray(value)) return printList('[', value.slice(0, MAX_ITEMS).map(printValue), value.length, ']')
  if (isMap(value)) return printList('{', printEntries(value), value.size, '}')
  return isAddress(value) ? formatAddress(value) : String(value)
}
