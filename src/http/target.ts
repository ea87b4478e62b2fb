/**
 * One reading of a request-target (RFC 9112 section 3.2.1): the form that is matched, signed and forwarded.
 *
 * Unreserved characters are decoded, escapes upper-cased, everything outside the grammar encoded and `//`
 * merged (RFC 3986 sections 6.2.2 and 6.2.3). What no two servers read alike is not repaired but named in
 * `anomalies`, and hygiene refuses it. Proxies pass this form through byte by byte and a WHATWG URL parser
 * does not change it.
 * @module
 */

/** Bits of {@link Target.anomalies}. */
export const BAD_ESCAPE = 1
export const NUL = 2
export const DOT_SEGMENT = 4
export const ENCODED_SLASH = 8
export const ENCODED_BACKSLASH = 16
export const ENCODED_CONTROL = 32
export const DOUBLE_ENCODING = 64
export const QUERY_BAD_ESCAPE = 128
export const QUERY_NUL = 256
/** The target is not in origin-form: `*`, an absolute URL, or something with a fragment. */
export const NOT_ORIGIN_FORM = 512
/** Longer than the bound: not read any further. */
export const TOO_LONG = 1024
/** A character in more bytes than UTF-8 takes for it (RFC 3629 section 3): `%C0%AE` is `.` to old decoders. */
export const OVERLONG_UTF8 = 2048

export interface Target {
  /** Canonical path; starts with `/`. */
  readonly path: string
  /** Canonical query with its `?`, or the empty string; a bare `?` is no query. */
  readonly query: string
  /** Length of the target as received, in UTF-16 units (bytes, for what HTTP allows on the wire). */
  readonly length: number
  /** Number of `&`-separated query parameters. */
  readonly parameters: number
  /** Bit set of what could be read in more than one way. */
  readonly anomalies: number
}

// Classes of ASCII characters. PATH: may stand in a path (pchar and `/`). QUERY: may stand in a query.
const PATH = 1
const QUERY = 2
const UNRESERVED = 4
const classes = new Uint8Array(128)
for (const c of "!$&()*+,;=:@/'") classes[c.charCodeAt(0)] = PATH | QUERY
for (const c of '?[]') classes[c.charCodeAt(0)] = QUERY
// WHATWG URL parsers encode `'` in the query of an http URL, so the canonical form has it encoded already.
classes[0x27] = PATH
for (const c of '-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  classes[c.charCodeAt(0)] = PATH | QUERY | UNRESERVED
}

const PERCENT = 0x25
const SLASH = 0x2f
const DOT = 0x2e

/** The default bound on what is read at all; policy usually refuses far shorter targets. */
const MAX_LENGTH = 65_536

/** Reads a target as received, for example `/a/b?c=d`. Linear in its length; never throws. */
export function readTarget(raw: string): Target {
  if (raw.length > MAX_LENGTH) return refused(raw.length, TOO_LONG)
  if (raw.charCodeAt(0) !== SLASH || raw.includes('#')) return refused(raw.length, NOT_ORIGIN_FORM)
  const mark = raw.indexOf('?')
  const rawPath = mark === -1 ? raw : raw.slice(0, mark)
  const rawQuery = mark === -1 ? '' : raw.slice(mark + 1)
  let anomalies = 0
  let path = rawPath
  if (!isPlainPath(rawPath)) {
    const read = rewrite(rawPath, PATH)
    path = mergeSlashes(read.text)
    anomalies =
      read.anomalies | (hasDotSegment(path) ? DOT_SEGMENT : 0) | (OVERLONG.test(path) ? OVERLONG_UTF8 : 0)
  }
  let query = rawQuery
  if (!isPlainQuery(rawQuery)) {
    const read = rewrite(rawQuery, QUERY)
    query = read.text
    if (read.anomalies & BAD_ESCAPE) anomalies |= QUERY_BAD_ESCAPE
    if (read.anomalies & NUL) anomalies |= QUERY_NUL
  }
  return {
    path,
    query: query === '' ? '' : `?${query}`,
    length: raw.length,
    parameters: countParameters(query),
    anomalies,
  }
}

function refused(length: number, anomaly: number): Target {
  return { path: '/', query: '', length, parameters: 0, anomalies: anomaly }
}

/** True when the path is canonical as it stands: the common case, answered without allocating. */
function isPlainPath(path: string): boolean {
  let previous = 0
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code > 127 || !((classes[code] ?? 0) & PATH)) return false
    if (previous === SLASH && (code === SLASH || code === DOT)) return false
    previous = code
  }
  return true
}

function isPlainQuery(query: string): boolean {
  for (let i = 0; i < query.length; i++) {
    const code = query.charCodeAt(i)
    if (code > 127 || !((classes[code] ?? 0) & QUERY)) return false
  }
  return true
}

/**
 * An escaped `%` and the digits of a delimiter or an unreserved character: a server that decodes twice reads
 * `%252e` as a dot and `%2561dmin` as `admin`, which the guard of `/admin` has not seen. Looked for in what was
 * rewritten, because `%25%32%65` becomes `%252e` on the way.
 */
const DOUBLE = /%25(?:00|25|2[DEFdef]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaCcFf]|6[1-9A-Fa-f]|7[0-9AaEe])/

/** Lead and continuation bytes that no valid UTF-8 has together, with upper-case digits. */
const OVERLONG = /%C[01]%[89AB]|%E0%[89]|%F0%8/

function rewrite(raw: string, allowed: number): { text: string; anomalies: number } {
  let text = ''
  let anomalies = 0
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i)
    if (code === PERCENT) {
      const value = escapeAt(raw, i)
      if (value === -1) {
        // A stray percent sign can only mean itself (WHATWG URL, percent-decode); refused unless relaxed.
        anomalies |= BAD_ESCAPE
        text += '%25'
        continue
      }
      anomalies |= anomalyOf(value)
      text +=
        (classes[value] ?? 0) & UNRESERVED ? String.fromCharCode(value) : raw.slice(i, i + 3).toUpperCase()
      i += 2
    } else if (code < 128) {
      if ((classes[code] ?? 0) & allowed) text += raw[i]
      else {
        anomalies |= anomalyOf(code)
        text += escaped(code)
      }
    } else {
      const end = endOfNonAscii(raw, i)
      text += encodeURIComponent(raw.slice(i, end).toWellFormed())
      i = end - 1
    }
  }
  if (DOUBLE.test(text)) anomalies |= DOUBLE_ENCODING
  return { text, anomalies }
}

/** The byte that `%XX` at `index` stands for, or -1 when it is not an escape. */
function escapeAt(raw: string, index: number): number {
  const high = hexDigit(raw.charCodeAt(index + 1))
  const low = hexDigit(raw.charCodeAt(index + 2))
  return high === -1 || low === -1 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

function escaped(code: number): string {
  return `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`
}

function endOfNonAscii(raw: string, start: number): number {
  let end = start + 1
  while (end < raw.length && raw.charCodeAt(end) > 127) end++
  return end
}

function anomalyOf(value: number): number {
  if (value === 0) return NUL
  if (value === SLASH) return ENCODED_SLASH
  if (value === 0x5c) return ENCODED_BACKSLASH
  return value < 0x20 || value === 0x7f ? ENCODED_CONTROL : 0
}

function mergeSlashes(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
}

/**
 * Finds `.` and `..` segments, also between encoded separators, and with a path parameter behind them
 * (`..;x` is `..` to servlet containers; `..%3Bx` to those that decode before they cut).
 */
function hasDotSegment(path: string): boolean {
  for (const segment of path.split(/\/|%2F|%5C/)) {
    if (segment.charCodeAt(0) !== DOT) continue
    if (/^\.\.?(?:$|;|%3B)/.test(segment)) return true
  }
  return false
}

function countParameters(query: string): number {
  if (query === '') return 0
  let count = 1
  for (let i = query.indexOf('&'); i !== -1; i = query.indexOf('&', i + 1)) count++
  return count
}
