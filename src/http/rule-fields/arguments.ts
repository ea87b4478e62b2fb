/**
 * The arguments of a query string as the Rules language has them: in order, not decoded.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import { groupPairs } from './multi-map.ts'

export type Pair = readonly [name: string, value: string]

/** Reads a query without its `?`. A part without `=` is a name with an empty value; an empty part is nothing. */
export function readArguments(query: string): readonly Pair[] {
  const pairs: Pair[] = []
  const text = toBytes(query)
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('&', from)
    const end = next === -1 ? text.length : next
    if (end > from) pairs.push(splitPair(text.slice(from, end)))
    from = end + 1
  }
  return pairs
}

function splitPair(part: string): Pair {
  const equals = part.indexOf('=')
  return equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
}

export function mapArguments(query: string): ReadonlyMap<string, readonly string[]> {
  return groupPairs(readArguments(query))
}
