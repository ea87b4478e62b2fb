/**
 * What a list can be a list of, and how one entry of each kind is written.
 * @module
 */
import { parseHostPattern } from '../net/host-set.ts'
import { type Prefix, parsePrefix } from '../net/prefix.ts'
import { parseCountry } from './countries.ts'
import { quoteText } from './problem.ts'

export type EntryResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly fix: string }

export interface EntryKind<T> {
  /** As in `# kind: ip`, the first line of a list. */
  readonly id: 'ip' | 'asn' | 'country' | 'hostname'
  /** In the plural, for messages. */
  readonly name: string
  parse(text: string): EntryResult<T>
}

export const CIDRS: EntryKind<Prefix> = {
  id: 'ip',
  name: 'networks',
  parse(text) {
    const result = parsePrefix(text)
    return result.ok ? { ok: true, value: result.prefix } : result
  },
}

export const ASNS: EntryKind<number> = {
  id: 'asn',
  name: 'autonomous systems',
  parse(text) {
    const digits = /^(?:AS)?([1-9][0-9]{0,9})$/i.exec(text)?.[1]
    const value = Number(digits)
    if (digits !== undefined && value <= 0xffffffff) return { ok: true, value }
    const message = `${quoteText(text)} is not an autonomous system number`
    return { ok: false, message, fix: 'Write it as AS64500 or 64500, at most 4294967295.' }
  },
}

export const COUNTRIES: EntryKind<string> = { id: 'country', name: 'countries', parse: parseCountry }

export const HOSTNAMES: EntryKind<string> = {
  id: 'hostname',
  name: 'host names',
  parse(text) {
    if (text === '*') {
      const message = 'A list of host names cannot hold * for all'
      return { ok: false, message, fix: 'Write host names, or leave the condition out of the expression.' }
    }
    const result = parseHostPattern(text)
    return result.ok ? { ok: true, value: result.pattern } : result
  },
}

/** In the order in which a list without a `# kind:` line is tried: `192.0.2.1` could be a host name too. */
export const ENTRY_KINDS: readonly EntryKind<unknown>[] = [CIDRS, ASNS, COUNTRIES, HOSTNAMES]
