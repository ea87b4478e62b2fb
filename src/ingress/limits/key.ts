/**
 * What a client is counted by: the characteristics of a limit, read from a request and hashed.
 *
 * Only the hash leaves the isolate, so counters hold no addresses, tokens or user names.
 * @module
 */
import type { Characteristic } from '../../bundle/model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import type { Address } from '../../net/address.ts'
import { type Hash64, type SipKey, sipHash, toHex } from './sip-hash.ts'

/** Text of a characteristic, or `undefined` when the request has none. */
type Reader = (facts: RequestFacts) => string | undefined

/** Values of the characteristics that are expressions, in the order of the limit's list. */
export type ExpressionValues = readonly (string | undefined)[]

export interface KeyHasher {
  /**
   * The key of the client.
   * @param clearance What names its solved challenge: clients are counted anew with one.
   */
  hash(facts: RequestFacts, values?: ExpressionValues, clearance?: string): Hash64
  /**
   * The key of the network that an IPv6 client's subscriber is part of: its /48, from which one can take 65,536
   * networks of the size that clients are counted by. `undefined` for IPv4, and when no address is counted by.
   */
  hashNetwork(facts: RequestFacts, values?: ExpressionValues, clearance?: string): Hash64 | undefined
}

/** UTF-16 code units; a longer value enters the key as its own hash, so that keys stay short. */
const LONGEST_RAW = 64
/**
 * Marks that no framed text begins with: an address follows as 16-bit units, two of IPv4, four of a /64, three of
 * a /48; or a clearance does. As many units as it takes, so a client by its IPv4 address is one block of the hash.
 */
const IPV4 = 0xfffa
const SUBSCRIBER = 0xfffb
const NETWORK = 0xfffc
const CLEARANCE = '\ufffd'

/**
 * Requests without a characteristic (no such header, unknown country) are counted together, apart from
 * those where it is present and empty: the missing-value counter of Cloudflare's rate limiting rules.
 * The order of the characteristics makes no difference.
 * @param id The limit's id: two limits never share a counter, and a limit's counters outlive its other edits.
 */
export function createKeyHasher(
  id: string,
  characteristics: readonly Characteristic[],
  secret: SipKey,
): KeyHasher {
  const parts = createParts(characteristics)
  const key = deriveKey(id, secret)
  const countsAddresses = parts.some(({ isAddress }) => isAddress)

  function makeText(
    facts: RequestFacts,
    values: ExpressionValues | undefined,
    clearance: string | undefined,
    isNetwork: boolean,
  ): string {
    let text = ''
    for (const { read, position, isAddress } of parts) {
      if (isAddress) text += frameAddress(facts.client.address, isNetwork)
      else text += frame(read === undefined ? values?.[position] : read(facts), key)
    }
    return clearance === undefined ? text : text + CLEARANCE + frame(clearance, key)
  }

  return {
    hash: (facts, values, clearance) => sipHash(key, makeText(facts, values, clearance, false)),
    hashNetwork(facts, values, clearance) {
      const { address } = facts.client
      if (!countsAddresses || address === undefined || address.version === 4) return undefined
      return sipHash(key, makeText(facts, values, clearance, true))
    },
  }
}

/** A key for each limit keeps their clients apart, and the id out of what is hashed for each request. */
function deriveKey(id: string, secret: SipKey): SipKey {
  const first = sipHash(secret, `0${id}`)
  const second = sipHash(secret, `1${id}`)
  return [first.lo, first.hi, second.lo, second.hi]
}

/** One characteristic: how to read it, or its place among the values of expressions. */
interface Part {
  readonly name: string
  readonly read: Reader | undefined
  readonly position: number
  readonly isAddress: boolean
}

function createParts(characteristics: readonly Characteristic[]): readonly Part[] {
  let expressions = 0
  return characteristics
    .map(
      (characteristic): Part => ({
        name: describe(characteristic),
        read: createReader(characteristic),
        position: characteristic.kind === 'expression' ? expressions++ : -1,
        isAddress: characteristic.kind === 'ip.src',
      }),
    )
    .sort((a, b) => compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function describe(characteristic: Characteristic): string {
  if (characteristic.kind === 'expression') return `expression ${characteristic.source}`
  return 'name' in characteristic ? `${characteristic.kind} ${characteristic.name}` : characteristic.kind
}

/** Self-delimiting: no two lists of values make the same text. The first unit tells absent, length or hash. */
function frame(value: string | undefined, key: SipKey): string {
  if (value === undefined) return '\0'
  if (value.length <= LONGEST_RAW) return String.fromCharCode(value.length + 1) + value
  return `\uffff${toHex(sipHash(key, value))}`
}

/** IPv6 clients are counted by /64: a subscriber usually holds a whole one (RFC 6177), and may use any address of it. */
function frameAddress(address: Address | undefined, isNetwork: boolean): string {
  if (address === undefined) return '\0'
  if (address.version === 4) {
    const { value } = address
    return String.fromCharCode(IPV4, value >>> 16, value & 0xffff)
  }
  const [first, second] = address.words
  if (isNetwork) return String.fromCharCode(NETWORK, first >>> 16, first & 0xffff, second >>> 16)
  return String.fromCharCode(SUBSCRIBER, first >>> 16, first & 0xffff, second >>> 16, second & 0xffff)
}

/** `undefined` for what is no text of the request: addresses, and values of expressions. */
function createReader(characteristic: Characteristic): Reader | undefined {
  switch (characteristic.kind) {
    case 'expression':
    case 'ip.src':
      return undefined
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
