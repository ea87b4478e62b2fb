/**
 * Whether a list of published address ranges is plausible. What is on it will pass as a crawler that is known, so a
 * page of errors, a list cut in half or one with everybody's addresses must not replace the list there was.
 * @module
 */
import { formatPrefix, type Prefix } from './prefix.ts'
import {
  MAX_PUBLISHED_ENTRIES,
  type PublishedFault,
  type PublishedFormat,
  type PublishedList,
  readPublished,
} from './read-published.ts'
import { isSpecialPrefix } from './special-prefixes.ts'

/** No prefix may be wider than these, nor all of a family together. Nobody's crawlers have so many addresses. */
export const WIDEST: { readonly 4: 8; readonly 6: 16 } = { 4: 8, 6: 16 }
/** A list with so many times as many entries as the last good one, or as few, is not believed. */
export const MAX_CHANGE = 10
/** A short list may grow to this many times `MAX_CHANGE`: from one entry to twelve is no attack. */
const SHORT = 16

function refuse(fault: PublishedFault, message: string): PublishedList {
  return { ok: false, fault, message }
}

function findWide(prefixes: readonly Prefix[]): string | undefined {
  const shares = { 4: 0, 6: 0 }
  for (const prefix of prefixes) {
    const { version } = prefix.address
    if (prefix.length < WIDEST[version]) return `${formatPrefix(prefix)} is wider than a /${WIDEST[version]}`
    shares[version] += 2 ** (WIDEST[version] - prefix.length)
    if (shares[version] > 1) return `The IPv${version} prefixes are together more than a /${WIDEST[version]}`
  }
  return undefined
}

/**
 * @param last Entries of the last good list; absent when there is none.
 * @param accept Takes any change of length: somebody has looked at it.
 */
export function checkPublished(
  prefixes: readonly Prefix[],
  last: number | undefined,
  accept = false,
): PublishedList {
  const count = prefixes.length
  if (count === 0) return refuse('empty', 'The list is empty')
  if (count > MAX_PUBLISHED_ENTRIES)
    return refuse('too-many', `The list has more than ${MAX_PUBLISHED_ENTRIES} entries`)
  const wide = findWide(prefixes)
  if (wide !== undefined) return refuse('too-wide', wide)
  const special = prefixes.find(isSpecialPrefix)
  if (special) return refuse('special', `${formatPrefix(special)} is not public address space`)
  if (last !== undefined && !accept) {
    const change = `It has ${count} entries; the last good one has ${last}`
    if (count > MAX_CHANGE * Math.max(last, SHORT)) return refuse('grew', change)
    if (count * MAX_CHANGE < last) return refuse('shrank', change)
  }
  return { ok: true, prefixes }
}

/** Reads and checks what was fetched. Never throws. */
export function takePublished(
  text: string,
  format: PublishedFormat,
  last: number | undefined,
  accept = false,
): PublishedList {
  const read = readPublished(text, format)
  return read.ok ? checkPublished(read.prefixes, last, accept) : read
}
