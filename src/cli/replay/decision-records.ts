/**
 * Reads one line of Sallyport's own decision log (docs/decision-records.md): what `npm start` writes, and the
 * lines that a deployed edge logs. They hold no header fields.
 * @module
 */
import { isJsonRow, readJsonRow } from './json-row.ts'
import { badLine, EMPTY_LINE, type LogRequest, type ParsedLine } from './log-request.ts'
import { percentEncodeBytes } from './request-line.ts'

const NOT_A_RECORD = 'not a decision record: expected a JSON object with "kind" or "door"'
const INCOMPLETE = 'a decision record without time, method, host and path'

export function parseDecisionLine(bytes: Buffer): ParsedLine {
  const row = readJsonRow(bytes)
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

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function readClient(value: unknown): Pick<LogRequest, 'client' | 'country' | 'asn' | 'colo'> {
  const client = isJsonRow(value) ? value : {}
  return {
    client: isText(client.ip) ? client.ip : '-',
    ...(isText(client.country) ? { country: client.country } : {}),
    ...(typeof client.asn === 'number' && Number.isSafeInteger(client.asn) ? { asn: client.asn } : {}),
    ...(isText(client.colo) ? { colo: client.colo } : {}),
  }
}
