/**
 * A header section as the Rules language has it. Repeated fields have been joined by the runtime, so that a
 * name has one value; names are in lower case, as HTTP/2 has them (RFC 9113 section 8.2.1).
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { HeaderSource } from '../headers.ts'
import { groupPairs } from './multi-map.ts'

/** Fields that are read; hygiene allows far fewer, unless it only logs. */
export const MAX_FIELDS = 1024

export function mapHeaders(source: HeaderSource): ReadonlyMap<string, readonly string[]> {
  return groupPairs(readPairs(source))
}

export function listNames(source: HeaderSource): readonly string[] {
  return readPairs(source).map(([name]) => name)
}

/** In the order of `listNames`. */
export function listValues(source: HeaderSource): readonly string[] {
  return readPairs(source).map(([, value]) => value)
}

function readPairs(source: HeaderSource): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = []
  source.forEach((value, name) => {
    if (pairs.length < MAX_FIELDS) pairs.push([toBytes(name), toBytes(value)])
  })
  return pairs
}
