/**
 * Finds the fields that matter among all that were received, and refuses what could be read two ways.
 * @module
 */
import type { Failure } from './failure.ts'
import { BODY_FIELD, CLIENT_FIELD, DIGEST_FIELD, REQUEST_ID_FIELD, VERDICT_FIELD } from './profile.ts'

/** The single occurrence of each field; `undefined` when it did not come. Values without outer white space. */
export interface ScannedFields {
  readonly host: string
  readonly signature: string | undefined
  readonly signatureInput: string | undefined
  readonly client: string | undefined
  readonly verdict: string | undefined
  readonly requestId: string | undefined
  readonly body: string | undefined
  readonly contentDigest: string | undefined
  readonly contentLength: string | undefined
  readonly transferEncoding: string | undefined
  /** Content-Digest came more than once: allowed only while no signature covers it. */
  readonly digestRepeated: boolean
}

/** Names, and what to say of a second field of that name; the last two have rules of their own. */
const FIELDS = [
  ['host', 'host'],
  ['signature', 'signature-repeated'],
  ['signature-input', 'signature-input-repeated'],
  [CLIENT_FIELD, 'field-repeated'],
  [VERDICT_FIELD, 'field-repeated'],
  [REQUEST_ID_FIELD, 'field-repeated'],
  [BODY_FIELD, 'field-repeated'],
  ['content-length', 'framing'],
  ['transfer-encoding', 'framing'],
  [DIGEST_FIELD, 'field-repeated'],
  ['connection', 'connection'],
] as const satisfies readonly (readonly [string, Failure])[]

const DIGEST = 9
const CONNECTION = 10

// A map, not an object: a field may be called `constructor`.
const PLACE: ReadonlyMap<string, number> = new Map(FIELDS.map(([name], place) => [name, place]))

/**
 * Names that belong to the signature, in every spelling. Gateway interfaces (RFC 3875 section 4.1.18) make
 * `_`, `.` and the like one with `-`: `Sallyport_Client` and `Sallyport.Client` are both
 * HTTP_SALLYPORT_CLIENT in an application.
 */
const OURS = /^(?:sallyport[^a-z0-9]|signature|content[^a-z0-9]digest$|host$)/

const ODD = /[^a-z0-9-]/

const CHUNKED = /^chunked$/i

const LENGTH = /^\d{1,15}$/

/** Strips optional white space (RFC 9110 section 5.6.3): SP and HTAB, nothing else. */
function trimField(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return end - start === value.length ? value : value.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** First letters of our fields, both cases: most fields are passed over without a copy. */
function mayMatter(name: string): boolean {
  const first = name.charCodeAt(0) | 0x20
  return first === 0x73 || first === 0x63 || first === 0x68 || first === 0x74
}

/** Lines that begin like one of ours: many times what clients send. */
const MAX_LINES = 1000

/** Longest `Connection` looked at, in characters, all its lines together. */
const MAX_CONNECTION = 1024

/** `fields` alternates names and values, one pair per line received, as `rawHeaders` does in Node. */
export function scanFields(fields: readonly string[]): ScannedFields | Failure {
  const found: (string | undefined)[] = FIELDS.map(() => undefined)
  let digestRepeated = false
  let lines = 0
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (!mayMatter(name)) continue
    if (++lines > MAX_LINES) return 'field-count'
    const lower = name.toLowerCase()
    const place = PLACE.get(lower)
    if (place === undefined) {
      if (OURS.test(lower) && ODD.test(lower)) return 'field-twin'
      continue
    }
    const value = trimField(fields[i + 1] ?? '')
    const before = found[place]
    if (before === undefined) {
      found[place] = value
      continue
    }
    if (place === CONNECTION) found[place] = `${before},${value}`
    else if (place === DIGEST) digestRepeated = true
    else return FIELDS[place]?.[1] ?? 'framing'
  }
  return check(found, digestRepeated)
}

/** True when somebody between the doors would be told to take away what is signed; in doubt, too. */
function nominatesOurs(connection: string): boolean {
  if (connection.length > MAX_CONNECTION) return true
  return connection.split(',').some((name) => OURS.test(trimField(name).toLowerCase()))
}

function check(found: readonly (string | undefined)[], digestRepeated: boolean): ScannedFields | Failure {
  const host = found[0]
  const contentLength = found[7]
  const transferEncoding = found[8]
  const connection = found[CONNECTION]
  if (host === undefined || host === '') return 'host'
  // RFC 9112 sections 6.1 and 6.3: both together, or a coding that one side does not know, and the two sides
  // disagree where the request ends. The edge sends no other.
  if (transferEncoding !== undefined && (contentLength !== undefined || !CHUNKED.test(transferEncoding)))
    return 'framing'
  // Two lengths that somebody has joined, a sign, a space: not all read the same number.
  if (contentLength !== undefined && !LENGTH.test(contentLength)) return 'framing'
  if (connection !== undefined && nominatesOurs(connection)) return 'connection'
  return {
    host,
    signature: found[1],
    signatureInput: found[2],
    client: found[3],
    verdict: found[4],
    requestId: found[5],
    body: found[6],
    contentDigest: found[DIGEST],
    contentLength,
    transferEncoding,
    digestRepeated,
  }
}
