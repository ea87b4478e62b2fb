/**
 * Reads one line of the Common or Combined Log Format as nginx and Apache write it, with or without a
 * leading `host:port` (Apache's `vhost_combined`) and with any fields after the user agent.
 *
 * The scanner never looks back further than one quoted field, so its time is linear in the line. It anchors
 * on the first quote: neither server lets a raw `"` into the fields before it, so a client who names itself
 * `x [time] "GET` cannot move the request line.
 * @module
 */
import { isIP } from 'node:net'
import { findClosingQuote, undoLogEscapes } from './log-escapes.ts'
import { badLine, EMPTY_LINE, type LogRequest, type ParsedLine } from './log-request.ts'
import { CLF_TIME_LENGTH, readClfTime } from './log-time.ts'
import { readRequestLine } from './request-line.ts'

const NO_REQUEST = 'no quoted request line: expected Common or Combined Log Format'
const NO_TIME = 'no [day/month/year:hour:minute:second zone] before the request line'
const NO_CLIENT = 'fewer than three fields before the time: expected client, ident and user'
const OPEN_QUOTE = 'a quoted field does not end: the line was cut off or a log format does not escape quotes'
const NO_STATUS = 'no three-digit status after the request line'

export function parseCombinedLine(bytes: Buffer): ParsedLine {
  const line = bytes.toString('latin1')
  const open = line.indexOf('"')
  if (open < 0) return badLine(NO_REQUEST)
  const timeAt = open - 2 - CLF_TIME_LENGTH
  const time = timeAt > 0 && line.startsWith('] ', open - 2) ? readClfTime(line, timeAt) : Number.NaN
  if (Number.isNaN(time) || line.charAt(timeAt - 1) !== '[') return badLine(NO_TIME)
  const sender = readSender(line, timeAt - 2)
  if (!sender) return badLine(NO_CLIENT)
  const close = findClosingQuote(line, open + 1)
  if (close < 0) return badLine(OPEN_QUOTE)
  const rest = readRest(line, close + 1)
  if (typeof rest === 'string') return badLine(rest)
  const requestLine = readRequestLine(undoLogEscapes(line.slice(open + 1, close)))
  if (!requestLine) return EMPTY_LINE
  const { method, target, protocol, absolute } = requestLine
  const host = absolute ? absolute.authority : sender.host
  const request: LogRequest = {
    time,
    client: sender.client,
    method,
    target,
    protocol,
    headers: rest.headers,
    ...(host === undefined ? {} : { host }),
    ...(rest.status === undefined ? {} : { status: rest.status }),
  }
  return { kind: 'request', request }
}

/** The fields before the time: `[host] client ident user`, where only the user may contain spaces. */
function readSender(line: string, end: number): { client: string; host?: string } | undefined {
  const one = line.indexOf(' ')
  const two = line.indexOf(' ', one + 1)
  if (one < 1 || two < 0 || two >= end) return undefined
  const first = line.slice(0, one)
  const second = line.slice(one + 1, two)
  const third = line.indexOf(' ', two + 1)
  if (third < 0 || third >= end || isIP(second) === 0) return { client: first }
  return { client: second, host: stripPort(first) }
}

/** Removes `:port` from a virtual host's name; a bracketed IPv6 literal keeps its brackets. */
function stripPort(host: string): string {
  const colon = host.lastIndexOf(':')
  return colon > host.lastIndexOf(']') ? host.slice(0, colon) : host
}

interface Rest {
  readonly status: number | undefined
  readonly headers: readonly (readonly [string, string])[]
}

/** ` status bytes ["referer" "user agent"] …`, or what is wrong with it. */
function readRest(line: string, from: number): Rest | string {
  const code = line.startsWith(' - ', from) ? undefined : readStatus(line.slice(from, from + 5))
  if (Number.isNaN(code)) return NO_STATUS
  const bytesAt = line.indexOf(' ', from + 1)
  const next = bytesAt < 0 ? -1 : line.indexOf(' ', bytesAt + 1)
  const headers: [string, string][] = []
  let at = next + 1
  for (const name of ['referer', 'user-agent']) {
    if (at === 0 || line.charAt(at) !== '"') break
    const close = findClosingQuote(line, at + 1)
    if (close < 0) return OPEN_QUOTE
    const value = undoLogEscapes(line.slice(at + 1, close))
    // Both servers write `-` for a field that was not sent.
    if (value !== '-') headers.push([name, value])
    at = line.charAt(close + 1) === ' ' ? close + 2 : 0
  }
  return { status: code, headers }
}

/** Reads ` 200` when a space or the line's end follows, else gives `NaN`. */
function readStatus(text: string): number {
  if (text.length < 4 || text.charAt(0) !== ' ' || text.charAt(4).trim() !== '') return Number.NaN
  for (let at = 1; at < 4; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return Number.NaN
  }
  return Number(text.slice(1, 4))
}
