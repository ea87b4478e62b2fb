/**
 * Reads what a resolver answers in JSON (`application/dns-json`, the form of Google's and Cloudflare's resolvers).
 * @module
 */
import { canonicalName } from './dns-name.ts'

export type RecordType = 'PTR' | 'A' | 'AAAA'

/**
 * `found`: the data of all records of the type at the name, aliases followed; none when the name does not exist or
 * has no such record. `failed`: nobody knows.
 */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly data: readonly string[] }
  | { readonly kind: 'failed'; readonly why: 'unreachable' | 'server-failure' | 'malformed' }

/** Asks a resolver. May reject: that is `unreachable`. */
export type AskDns = (name: string, type: RecordType) => Promise<DnsAnswer>

/** Numbers of record types (RFC 1035 section 3.2.2, RFC 3596 section 2.1). */
export const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = { A: 1, PTR: 12, AAAA: 28 }
const CNAME = 5
const NO_ERROR = 0
/** The name does not exist (RFC 1035 section 4.1.1). */
const NX_DOMAIN = 3
/** Records of an answer that are read, and aliases that are followed. */
const MAX_RECORDS = 100
const MAX_ALIASES = 8

interface DnsRecord {
  readonly name: string
  readonly type: number
  readonly data: string
}

const MALFORMED: DnsAnswer = { kind: 'failed', why: 'malformed' }

function readRecord(value: unknown): DnsRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { name, type, data } = value as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || typeof type !== 'number' || typeof data !== 'string') return undefined
  const owner = canonicalOwner(name)
  return owner === undefined ? undefined : { name: owner, type, data }
}

/** Names of classless delegation hold a `/` (RFC 2317): not names of hosts, but good to follow. */
function canonicalOwner(name: string): string | undefined {
  return canonicalName(name.replaceAll('/', '_'))
}

/** The name at the end of the aliases, or `undefined` when they go on for ever. */
function followAliases(records: readonly DnsRecord[], from: string): string | undefined {
  let name = from
  for (let hop = 0; hop <= MAX_ALIASES; hop++) {
    const alias = records.find((record) => record.type === CNAME && record.name === name)
    if (alias === undefined) return name
    const next = canonicalOwner(alias.data)
    if (next === undefined) return undefined
    name = next
  }
  return undefined
}

/** @param value The parsed JSON, of which nothing is known. @param name As it was asked, canonical. */
export function readDnsAnswer(value: unknown, name: string, type: RecordType): DnsAnswer {
  if (typeof value !== 'object' || value === null) return MALFORMED
  const { Status: status, TC: truncated, Answer: answer = [] } = value as Readonly<Record<string, unknown>>
  if (typeof status !== 'number' || !Array.isArray(answer)) return MALFORMED
  if (status === NX_DOMAIN) return { kind: 'found', data: [] }
  if (status !== NO_ERROR) return { kind: 'failed', why: 'server-failure' }
  // A part of the records could lack the one that counts.
  if (truncated === true || answer.length > MAX_RECORDS) return MALFORMED
  const number = TYPE_NUMBERS[type]
  const records = answer.map(readRecord)
  const known = records.filter((record) => record !== undefined)
  if (known.length !== records.length) return MALFORMED
  const owner = followAliases(known, name)
  if (owner === undefined) return MALFORMED
  const wanted = known.filter((record) => record.type === number && record.name === owner)
  return { kind: 'found', data: wanted.map(({ data }) => data) }
}
