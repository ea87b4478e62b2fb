/**
 * Reads one line of Cloudflare Logpush's `http_requests` data set (newline-delimited JSON). Field names are
 * Cloudflare's; only those listed here are looked at, and all but four may be missing.
 * @module
 */
import { isJsonRow, type JsonRow, readJsonRow } from './json-row.ts'
import { badLine, type LogRequest, type ParsedLine } from './log-request.ts'
import { readLogpushTime } from './log-time.ts'
import { percentEncodeBytes } from './request-line.ts'

const NOT_JSON = 'not a JSON object: expected one http_requests record per line'
const NO_METHOD = 'ClientRequestMethod is missing or empty: add the field to the Logpush job'
const NO_TARGET =
  'ClientRequestURI and ClientRequestPath are missing or empty: add ClientRequestURI to the Logpush job'
const NO_TIME = 'EdgeStartTimestamp is missing or not RFC 3339, unix seconds or unix nanoseconds'
const NO_CLIENT = 'ClientIP is missing or empty: add the field to the Logpush job'

/** More fields than this in `RequestHeaders` are left out; a Logpush job names at most 100 custom fields. */
const MAX_HEADERS = 256

export function parseLogpushLine(bytes: Buffer): ParsedLine {
  const row = readJsonRow(bytes)
  if (!row) return badLine(NOT_JSON)
  const method = readText(row.ClientRequestMethod)
  if (method === undefined) return badLine(NO_METHOD)
  const target = readTarget(row)
  if (target === undefined) return badLine(NO_TARGET)
  const client = readText(row.ClientIP)
  if (client === undefined) return badLine(NO_CLIENT)
  const time = readLogpushTime(row.EdgeStartTimestamp)
  if (Number.isNaN(time)) return badLine(NO_TIME)
  const protocol = readText(row.ClientRequestProtocol) ?? 'HTTP/1.1'
  const headers = readHeaders(row)
  const request: LogRequest = { time, client, method, target, protocol, headers, ...readEdgeFacts(row) }
  return { kind: 'request', request }
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number from 1 on, also when it comes as text (as some pipelines rewrite it). */
function readCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.length <= 20 && value !== '' ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : undefined
}

function readTarget(row: JsonRow): string | undefined {
  const uri = readText(row.ClientRequestURI)
  if (uri !== undefined) return encodeNonAscii(uri)
  const path = readText(row.ClientRequestPath)
  if (path === undefined) return undefined
  const query = readText(row.ClientRequestQuery)
  if (query === undefined) return encodeNonAscii(path)
  return encodeNonAscii(query.startsWith('?') ? path + query : `${path}?${query}`)
}

/** Writes what is not ASCII as the `%HH` of its UTF-8 bytes. */
function encodeNonAscii(text: string): string {
  return percentEncodeBytes(Buffer.from(text).toString('latin1'))
}

type EdgeFacts = Partial<
  Pick<LogRequest, 'scheme' | 'host' | 'country' | 'asn' | 'colo' | 'tls' | 'status' | 'requestBytes'>
>

function readEdgeFacts(row: JsonRow): EdgeFacts {
  const scheme = readText(row.ClientRequestScheme)?.toLowerCase()
  const tls = readText(row.ClientSSLProtocol)
  const values = {
    scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined,
    host: readText(row.ClientRequestHost),
    country: readText(row.ClientCountry)?.toUpperCase(),
    asn: readCount(row.ClientASN),
    colo: readText(row.EdgeColoCode)?.toUpperCase(),
    // Logpush writes `none` for requests without TLS.
    tls: tls === 'none' ? undefined : tls,
    status: readCount(row.EdgeResponseStatus) ?? readCount(row.OriginResponseStatus),
    requestBytes: readCount(row.ClientRequestBytes),
  }
  const known: [string, unknown][] = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known)
}

/** The job's custom request fields, and the two that have fields of their own. */
function readHeaders(row: JsonRow): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = []
  const seen = new Set<string>(['host'])
  const add = (name: string, value: unknown): void => {
    const text = readText(value)
    if (text === undefined || seen.has(name) || headers.length >= MAX_HEADERS) return
    seen.add(name)
    headers.push([name, text])
  }
  if (isJsonRow(row.RequestHeaders)) {
    for (const [name, value] of Object.entries(row.RequestHeaders)) add(name.toLowerCase(), value)
  }
  add('user-agent', row.ClientRequestUserAgent)
  add('referer', row.ClientRequestReferer)
  return headers
}
