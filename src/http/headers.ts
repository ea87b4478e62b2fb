/**
 * One pass over a request's header section: what may go on, what may not, and the sizes hygiene asks for.
 * @module
 */
import { isInboundOnly } from './inbound-fields.ts'

export interface HeaderScan {
  /** Number of distinct fields received. */
  readonly count: number
  /** Length of all names and values. */
  readonly bytes: number
  /** Length of the longest value. */
  readonly longestValue: number
  /** Number of fields dropped because their name has a `_`, which CGI and WSGI read as `-`. */
  readonly underscored: number
  /** Value of a field by lower-case name; repeated fields are joined with `, ` (RFC 9110 section 5.3). */
  get(name: string): string | undefined
  /** Every field as received, in the runtime's order, also those that are not forwarded. */
  forEach(callback: (value: string, name: string) => void): void
  /** A new `Headers` object of the fields that may be forwarded. */
  copyKept(): Headers
}

/**
 * Names and values stay in two lists: as keys of an object each name would have to be hashed and interned
 * first, which costs more than all the rest. A section is short, and hygiene bounds it.
 */
class Scan implements HeaderScan {
  readonly #names: string[] = []
  readonly #values: string[] = []
  readonly #dropped: string[] = []
  readonly #source: HeaderSource
  count = 0
  bytes = 0
  longestValue = 0
  underscored = 0

  constructor(source: HeaderSource) {
    this.#source = source
    source.forEach((value, name) => {
      this.#add(name, value)
    })
    this.#dropNominated()
  }

  get(name: string): string | undefined {
    const index = this.#names.indexOf(name)
    return index === -1 ? undefined : this.#values[index]
  }

  forEach(callback: (value: string, name: string) => void): void {
    this.#source.forEach(callback)
  }

  copyKept(): Headers {
    // The runtime copies its own header table several times faster than it takes one from us.
    const kept = new Headers(this.#source instanceof Headers ? this.#source : this.#pairs())
    for (const name of this.#dropped) kept.delete(name)
    return kept
  }

  #pairs(): [string, string][] {
    return this.#names.map((name, index) => [name, this.#values[index] ?? ''])
  }

  #add(name: string, value: string): void {
    this.count++
    this.bytes += name.length + value.length
    if (value.length > this.longestValue) this.longestValue = value.length
    if (name.includes('_')) {
      this.underscored++
      this.#dropped.push(name)
      return
    }
    this.#names.push(name)
    this.#values.push(value)
    if (isInboundOnly(name)) this.#dropped.push(name)
  }

  /** Drops the fields that Connection names: they were meant for this hop only. */
  #dropNominated(): void {
    const connection = this.get('connection')
    if (connection === undefined) return
    const nominated = new Set(
      connection
        .toLowerCase()
        .split(',')
        .map((token) => token.trim()),
    )
    for (const name of this.#names) if (nominated.has(name)) this.#dropped.push(name)
  }
}

/** What both a `Headers` object and an array-backed stand-in offer: each name once, in lower case. */
export interface HeaderSource {
  forEach(callback: (value: string, name: string) => void): void
}

/** Scans the `Headers` of a request. `forEach` is the cheapest way out of the runtime's own header table. */
export function scanHeaders(headers: HeaderSource): HeaderScan {
  return new Scan(headers)
}

/** Scans name and value pairs, for example from an access log. Names may be in any case and repeat. */
export function scanHeaderPairs(pairs: Iterable<readonly [name: string, value: string]>): HeaderScan {
  const joined = new Map<string, string>()
  for (const [given, value] of pairs) {
    const name = given.toLowerCase()
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : before + (name === 'cookie' ? '; ' : ', ') + value)
  }
  return scanHeaders(joined)
}
