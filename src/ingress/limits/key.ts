/**
 * What a client is counted by: the characteristics of a limit, read from a request and hashed.
 *
 * Only the hash leaves the isolate, so counters hold no addresses, tokens or user names.
 * @module
 */
import type { Characteristic } from '../../bundle/model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { countingKey } from '../../net/address.ts'
import { type Hash64, type SipKey, sipHash, toHex } from './sip-hash.ts'

/** Text of a characteristic, or `undefined` when the request has none. */
type Reader = (facts: RequestFacts) => string | undefined

export type KeyHasher = (facts: RequestFacts) => Hash64

/** UTF-16 code units; a longer value enters the key as its own hash, so that keys stay short. */
const LONGEST_RAW = 64

/**
 * Requests without a characteristic (no such header, unknown country) are counted together, apart from
 * those where it is present and empty: the missing-value counter of Cloudflare's rate limiting rules.
 * The order of the characteristics makes no difference.
 * @param id The limit's id: two limits never share a counter, and a limit's counters outlive its other edits.
 */
export function createKeyHasher(
  id: string,
  characteristics: readonly Characteristic[],
  key: SipKey,
): KeyHasher {
  const readers = [...characteristics]
    .sort((a, b) => compare(describe(a), describe(b)))
    .map((characteristic) => createReader(characteristic))
  const prefix = frame(id, key)
  return function hashKey(facts) {
    let text = prefix
    for (const read of readers) text += frame(read(facts), key)
    return sipHash(key, text)
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const describe = (characteristic: Characteristic): string =>
  'name' in characteristic ? `${characteristic.kind} ${characteristic.name}` : characteristic.kind

/** Self-delimiting: no two lists of values make the same text. The first unit tells absent, length or hash. */
function frame(value: string | undefined, key: SipKey): string {
  if (value === undefined) return '\0'
  if (value.length <= LONGEST_RAW) return String.fromCharCode(value.length + 1) + value
  return `\uffff${toHex(sipHash(key, value))}`
}

function createReader(characteristic: Characteristic): Reader {
  switch (characteristic.kind) {
    case 'ip.src':
      return ({ client }) => client.address && countingKey(client.address)
    case 'cf.colo.id':
      return ({ client }) => client.colo
    case 'ip.src.asnum':
      return ({ client }) => client.asn?.toString()
    case 'ip.src.country':
      return ({ client }) => client.country
    case 'http.host':
      return ({ host }) => host.name
    case 'http.request.method':
      return ({ method }) => method
    case 'http.request.uri.path':
      return ({ target }) => target.path
    case 'http.user_agent':
      return ({ headers }) => headers.get('user-agent')
    default:
      return createNamedReader(characteristic.kind, characteristic.name)
  }
}

function createNamedReader(kind: Extract<Characteristic, { name: string }>['kind'], name: string): Reader {
  switch (kind) {
    case 'http.request.headers': {
      const field = name.toLowerCase()
      return ({ headers }) => headers.get(field)
    }
    case 'http.request.cookies':
      return ({ headers }) => findPair(headers.get('cookie'), 0, ';', (text) => text.trim() === name)
    case 'http.request.uri.args':
      return ({ target }) => findPair(target.query, 1, '&', (text) => matchesArgument(text, name))
  }
}

/**
 * The value of the first `name=value` that fits; a pair without `=` has the empty value. In linear time.
 */
function findPair(
  text: string | undefined,
  start: number,
  separator: string,
  fits: (name: string) => boolean,
): string | undefined {
  if (text === undefined) return undefined
  for (let from = start; from < text.length; ) {
    const next = text.indexOf(separator, from)
    const end = next < 0 ? text.length : next
    const pair = text.slice(from, end)
    const equals = pair.indexOf('=')
    if (fits(equals < 0 ? pair : pair.slice(0, equals)))
      return equals < 0 ? '' : pair.slice(equals + 1).trim()
    from = end + 1
  }
  return undefined
}

/** Names are compared decoded, as `a%5B%5D` and `a[]` are one argument to an origin. */
function matchesArgument(text: string, name: string): boolean {
  if (text === name) return true
  if (!text.includes('%') && !text.includes('+')) return false
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')) === name
  } catch {
    // Not UTF-8: it cannot be a name from the policy.
    return false
  }
}
