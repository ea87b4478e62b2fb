/**
 * One pass over a request's header section: what may go on, what may not, and the sizes hygiene asks for.
 * @module
 */
import { isInboundOnly } from './inbound-fields.ts'

export interface HeaderScan {
  /** Fields that may be forwarded, by lower-case name. An object without prototype. */
  readonly kept: Readonly<Record<string, string>>
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
}

class Scan implements HeaderScan {
  readonly kept: Record<string, string> = Object.create(null)
  readonly #held: Record<string, string> = Object.create(null)
  count = 0
  bytes = 0
  longestValue = 0
  underscored = 0

  get(name: string): string | undefined {
    return this.kept[name] ?? this.#held[name]
  }

  add(name: string, value: string): void {
    this.count++
    this.bytes += name.length + value.length
    if (value.length > this.longestValue) this.longestValue = value.length
    if (name.includes('_')) this.underscored++
    else if (isInboundOnly(name)) join(this.#held, name, value)
    else join(this.kept, name, value)
  }

  /** Holds back the fields that Connection names: they were meant for this hop only. */
  holdNominated(): void {
    const connection = this.#held.connection
    if (connection === undefined) return
    for (const token of connection.toLowerCase().split(',')) {
      const name = token.trim()
      const value = this.kept[name]
      if (value === undefined) continue
      this.#held[name] = value
      delete this.kept[name]
    }
  }
}

function join(fields: Record<string, string>, name: string, value: string): void {
  const before = fields[name]
  if (before === undefined) fields[name] = value
  else fields[name] = before + (name === 'cookie' ? '; ' : ', ') + value
}

/** What both a `Headers` object and an array-backed stand-in offer. */
export interface HeaderSource {
  forEach(callback: (value: string, name: string) => void): void
}

/** Scans the `Headers` of a request. `forEach` is the cheapest way out of the runtime's own header table. */
export function scanHeaders(headers: HeaderSource): HeaderScan {
  const scan = new Scan()
  headers.forEach((value, name) => {
    scan.add(name, value)
  })
  scan.holdNominated()
  return scan
}

/** Scans name and value pairs, for example from an access log. Names may be in any case. */
export function scanHeaderPairs(pairs: Iterable<readonly [name: string, value: string]>): HeaderScan {
  const scan = new Scan()
  for (const [name, value] of pairs) scan.add(name.toLowerCase(), value)
  scan.holdNominated()
  return scan
}
