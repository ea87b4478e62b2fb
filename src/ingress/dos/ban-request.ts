/**
 * An operator's wish to ban somebody, checked: whoever writes it gets told what is wrong.
 * @module
 */

import { formatAddress } from '../../net/address.ts'
import { formatPrefix, type Prefix, parsePrefix } from '../../net/prefix.ts'
import { readAction, readFields, readReason, readSeconds } from './orders-input.ts'
import { addressKeyOf } from './source-keys.ts'
import { type Ban, LEVELS, type Level } from './watch-protocol.ts'

export interface BanRequest {
  readonly level: Level
  readonly key: string
  readonly action: Ban['action']
  readonly seconds: number
  readonly reason: string
}

export type BanRequestResult =
  | { readonly ok: true; readonly request: BanRequest }
  | { readonly ok: false; readonly message: string }

export interface SourceName {
  readonly level: Level
  readonly key: string
}

export type SourceResult =
  | { readonly ok: true; readonly source: SourceName }
  | { readonly ok: false; readonly message: string }

const HOUR = 3600
const MAX_SECONDS: number = 365 * 24 * HOUR
/** Wider networks are not the business of a ban: a slip of the pen would shut out a continent. */
const WIDEST = { 4: 8, 6: 16 } as const
const TLS = /^[tqd][0-9a-z]{2}[di][0-9]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/
const AGENT = /^[0-9a-f]{16}$/
const ASN = /^(?:AS)?([1-9][0-9]{0,9})$/i
const KINDS =
  'an address or network as 192.0.2.1 or 2001:db8::/48, an AS as AS64500, or a JA4 fingerprint of TLS'

/** @param value As parsed from JSON: `key`, and if wanted `level`, `action`, `seconds` and `reason`. */
export function readBanRequest(value: unknown): BanRequestResult {
  const fields = readFields(value, ['key', 'level', 'action', 'seconds', 'reason'])
  if (!fields.ok) return fields
  const { key, level, action = 'block', seconds = HOUR, reason = 'Banned by an operator.' } = fields.value
  const source = readSource(key, level)
  if (!source.ok) return source
  const readings = {
    action: readAction(action),
    seconds: readSeconds(seconds, MAX_SECONDS),
    reason: readReason(reason),
  }
  if (!readings.action.ok) return readings.action
  if (!readings.seconds.ok) return readings.seconds
  if (!readings.reason.ok) return readings.reason
  return {
    ok: true,
    request: {
      ...source.source,
      action: readings.action.value,
      seconds: readings.seconds.value,
      reason: readings.reason.value,
    },
  }
}

/** Which source a key names; the level says which kind it is when the key alone does not. */
export function readSource(key: unknown, level: unknown): SourceResult {
  if (typeof key !== 'string' || key === '') return fault(`key is missing: give ${KINDS}.`)
  if (level !== undefined && !isLevel(level)) return fault(`level is one of ${LEVELS.join(', ')}.`)
  switch (level ?? guessLevel(key)) {
    case 'asn':
      return readAsn(key)
    case 'tls':
      return TLS.test(key)
        ? { ok: true, source: { level: 'tls', key } }
        : fault('A TLS fingerprint is a JA4, as t13d1516h2_8daaf6152771_b186095e22b6.')
    case 'agent':
      return AGENT.test(key)
        ? { ok: true, source: { level: 'agent', key } }
        : fault(
            'An agent is the hash of a path and a user agent, 16 hex digits, as the list of bans shows it.',
          )
    default:
      return readNetwork(key)
  }
}

const fault = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message })

function isLevel(value: unknown): value is Level {
  return LEVELS.some((level) => level === value)
}

function guessLevel(key: string): Level {
  if (TLS.test(key)) return 'tls'
  return /^AS/i.test(key) && !key.includes(':') ? 'asn' : 'network'
}

function readAsn(key: string): SourceResult {
  const number = Number(ASN.exec(key)?.[1] ?? Number.NaN)
  if (!(number <= 0xffff_ffff)) return fault('An AS is its number, as AS64500 or 64500.')
  return { ok: true, source: { level: 'asn', key: String(number) } }
}

function readNetwork(key: string): SourceResult {
  const parsed = parsePrefix(key)
  if (!parsed.ok) return fault(`${parsed.message}. ${parsed.fix} Else give ${KINDS}.`)
  const { prefix } = parsed
  const { version } = prefix.address
  if (prefix.length < WIDEST[version])
    return fault(
      `${formatPrefix(prefix)} is wider than /${WIDEST[version]}: close such a network with a guard in rules/access.yaml.`,
    )
  return { ok: true, source: nameNetwork(prefix, key.includes('/')) }
}

/** As detection names it. A bare IPv6 address stands for its /64: the client has all of it (RFC 6177). */
function nameNetwork(prefix: Prefix, isNetwork: boolean): SourceName {
  const { address, length } = prefix
  if (address.version === 4)
    return length === 32
      ? { level: 'address', key: formatAddress(address) }
      : { level: 'network', key: formatPrefix(prefix) }
  if (!isNetwork) return { level: 'address', key: addressKeyOf(address) }
  return { level: length >= 64 ? 'address' : 'network', key: formatPrefix(prefix) }
}
