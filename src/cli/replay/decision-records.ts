/**
 * Reads one line of Sallyport's own decision log (docs/decision-records.md): what `npm start` writes, and the
 * lines that a deployed edge logs. They hold no header fields.
 * @module
 */
import { badLine, EMPTY_LINE, type LogRequest, type ParsedLine } from './log-request.ts'
import { percentEncodeBytes } from './request-line.ts'

type Row = Readonly<Record<string, unknown>>

const NOT_A_RECORD = 'not a decision record: expected a JSON object with "kind" or "door"'
const INCOMPLETE = 'a decision record without time, method, host and path'

export function parseDecisionLine(bytes: Buffer): ParsedLine {
  const row = readRow(bytes)
  if (!row || !(isText(row.kind) || isText(row.door))) return badLine(NOT_A_RECORD)
  // The verifier's records and counts of what was left out are no requests to the edge.
  if (row.kind !== 'decision') return EMPTY_LINE
  const { time, method, host, path } = row
  const milliseconds = isText(time) ? Date.parse(time) : Number.NaN
  if (Number.isNaN(milliseconds) || !isText(method) || !isText(host) || !isText(path))
    return badLine(INCOMPLETE)
  // The edge's own endpoints are answered before any policy is asked.
  if (path.startsWith('/.sallyport/')) return EMPTY_LINE
  const target = isText(row.query) ? `${path}?${row.query.replace(/^\?/, '')}` : path
  const request: LogRequest = {
    time: milliseconds,
    method,
    host,
    target: percentEncodeBytes(Buffer.from(target).toString('latin1')),
    protocol: 'HTTP/1.1',
    headers: [],
    ...readClient(row.client),
    ...(Number.isInteger(row.status) ? { status: Number(row.status) } : {}),
  }
  return { kind: 'request', request }
}

function readRow(bytes: Buffer): Row | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isRow(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function readClient(value: unknown): Pick<LogRequest, 'client' | 'country' | 'asn' | 'colo'> {
  const client = isRow(value) ? value : {}
  return {
    client: isText(client.ip) ? client.ip : '-',
    ...(isText(client.country) ? { country: client.country } : {}),
    ...(typeof client.asn === 'number' && Number.isSafeInteger(client.asn) ? { asn: client.asn } : {}),
    ...(isText(client.colo) ? { colo: client.colo } : {}),
  }
}
