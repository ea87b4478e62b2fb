/**
 * `remove_query_args(query, name, …)`: the query without those parameters, the rest in its order.
 *
 * A name counts as written and as decoded: an origin decodes it too, so `%63ountry` must go with `country`.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD, BYTES_LITERAL } from './parameters.ts'
import { decodeUrl } from './url-decode.ts'

function nameOf(parameter: string): string {
  const equals = parameter.indexOf('=')
  return equals < 0 ? parameter : parameter.slice(0, equals)
}

/** `query` without the `?`. */
export function removeQueryArgs(query: string, names: ReadonlySet<string>): string {
  let longest = 0
  for (const name of names) longest = Math.max(longest, name.length)
  const kept = query.split('&').filter((parameter) => {
    const name = nameOf(parameter)
    if (names.has(name)) return false
    // Decoding leaves a third of a name at least: longer ones need not be decoded to be told apart.
    return name.length > longest * 3 || !names.has(decodeUrl(name, ''))
  })
  return kept.join('&')
}

export const REMOVE_QUERY_ARGS: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, BYTES_LITERAL], rest: BYTES_LITERAL, returns: () => 'Bytes' },
  call([query, ...names]) {
    if (typeof query !== 'string') return undefined
    return removeQueryArgs(query, new Set(names.filter((name) => typeof name === 'string')))
  },
  cost: 30,
}
