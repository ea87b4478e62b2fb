/**
 * Finds the fields that matter among all that were received, and refuses what could be read two ways.
 * @module
 */
import type { Failure } from './failure.ts'
import { CLIENT_FIELD, DIGEST_FIELD, REQUEST_ID_FIELD, VERDICT_FIELD } from './profile.ts'

/** The single occurrence of each field; `undefined` when it did not come. Values without outer white space. */
export interface ScannedFields {
  host: string | undefined
  signature: string | undefined
  signatureInput: string | undefined
  client: string | undefined
  verdict: string | undefined
  requestId: string | undefined
  contentDigest: string | undefined
  contentLength: string | undefined
  transferEncoding: string | undefined
  connection: string | undefined
  /** Content-Digest came more than once: allowed only while no signature covers it. */
  digestRepeated: boolean
}

// Maps, not objects: a field may be called `constructor`.
const REPEATED: ReadonlyMap<string, Failure> = new Map<string, Failure>(
  Object.entries({
    host: 'host',
    signature: 'signature-repeated',
    'signature-input': 'signature-input-repeated',
    [CLIENT_FIELD]: 'field-repeated',
    [VERDICT_FIELD]: 'field-repeated',
    [REQUEST_ID_FIELD]: 'field-repeated',
    'content-length': 'framing',
    'transfer-encoding': 'framing',
  } as const),
)

type Slot = keyof Omit<ScannedFields, 'digestRepeated'>

const SLOT: ReadonlyMap<string, Slot> = new Map<string, Slot>(
  Object.entries({
    host: 'host',
    signature: 'signature',
    'signature-input': 'signatureInput',
    [CLIENT_FIELD]: 'client',
    [VERDICT_FIELD]: 'verdict',
    [REQUEST_ID_FIELD]: 'requestId',
    [DIGEST_FIELD]: 'contentDigest',
    'content-length': 'contentLength',
    'transfer-encoding': 'transferEncoding',
    connection: 'connection',
  } as const),
)

/** First letters of every field above, both cases: most fields are passed over without a copy. */
const FIRST = 'hHsScCtT'

/**
 * Fields that gateway interfaces (RFC 3875 section 4.1.18) turn into the same variable as one of ours:
 * `Sallyport_Client` and `Sallyport.Client` both become HTTP_SALLYPORT_CLIENT in an application.
 */
function isTwin(lower: string): boolean {
  const squashed = lower.replace(/[^a-z0-9]/g, '-')
  if (squashed === lower) return false
  return squashed.startsWith('sallyport-') || squashed.startsWith('signature') || squashed === DIGEST_FIELD
}

/** True for fields that belong to the signature and must not be nominated as hop-by-hop. */
function isOurs(name: string): boolean {
  const squashed = name.replace(/[^a-z0-9]/g, '-')
  return (
    squashed.startsWith('sallyport') ||
    squashed.startsWith('signature') ||
    squashed === DIGEST_FIELD ||
    squashed === 'host'
  )
}

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

function nominatesOurs(connection: string): boolean {
  return connection.split(',').some((name) => isOurs(trimField(name).toLowerCase()))
}

/** `fields` alternates names and values, one pair per line received, as `rawHeaders` does in Node. */
export function scanFields(fields: readonly string[]): ScannedFields | Failure {
  const found: ScannedFields = {
    host: undefined,
    signature: undefined,
    signatureInput: undefined,
    client: undefined,
    verdict: undefined,
    requestId: undefined,
    contentDigest: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    connection: undefined,
    digestRepeated: false,
  }
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (!FIRST.includes(name.charAt(0))) continue
    const failure = note(found, name.toLowerCase(), fields[i + 1] ?? '')
    if (failure) return failure
  }
  return check(found)
}

function note(found: ScannedFields, lower: string, raw: string): Failure | undefined {
  const slot = SLOT.get(lower)
  if (slot === undefined) return isTwin(lower) ? 'field-twin' : undefined
  const value = trimField(raw)
  const before = found[slot]
  if (before === undefined) {
    found[slot] = value
    return undefined
  }
  if (slot === 'connection') found.connection = `${before},${value}`
  else if (slot === 'contentDigest') found.digestRepeated = true
  else return REPEATED.get(lower)
  return undefined
}

function check(found: ScannedFields): ScannedFields | Failure {
  if (found.host === undefined || found.host === '') return 'host'
  // RFC 9112 section 6.1: the two together are how requests are smuggled.
  if (found.contentLength !== undefined && found.transferEncoding !== undefined) return 'framing'
  if (found.connection !== undefined && nominatesOurs(found.connection)) return 'connection'
  return found
}
