/**
 * Splits a logged request line (RFC 9112 section 3) into method, host (absolute form), target and version.
 * @module
 */

export interface RequestLine {
  readonly method: string
  readonly target: string
  readonly protocol: string
  /** Scheme and authority of an absolute-form target; it outranks `Host` (RFC 9112 section 3.2.2). */
  readonly absolute?: { readonly scheme: 'http' | 'https'; readonly authority: string }
}

/** Longest method that is still taken for one: the longest registered has 17 characters (`UPDATEREDIRECTREF`). */
const MAX_METHOD = 32

/** `undefined` when the text is no request line: TLS on a plain port, `-`, or a single word. */
export function readRequestLine(text: string): RequestLine | undefined {
  const first = text.indexOf(' ')
  if (first < 1 || first > MAX_METHOD || !isToken(text, first)) return undefined
  const method = text.slice(0, first)
  const last = text.lastIndexOf(' ')
  const versioned = last > first && text.startsWith('HTTP/', last + 1)
  const target = text.slice(first + 1, versioned ? last : undefined)
  // A request without version is HTTP/0.9; anything else without one is noise.
  if (target === '' || !(versioned || target.startsWith('/'))) return undefined
  const protocol = versioned ? text.slice(last + 1) : 'HTTP/0.9'
  return splitAbsolute(method, percentEncodeBytes(target), protocol)
}

function splitAbsolute(method: string, target: string, protocol: string): RequestLine {
  const scheme = readScheme(target)
  if (!scheme) return { method, target, protocol }
  const start = scheme.length + 3
  let end = start
  while (end < target.length && !'/?#'.includes(target.charAt(end))) end++
  const rest = target.slice(end)
  // Whatever stands before an `@` is user information, not part of the host (RFC 3986 section 3.2).
  const authority = target.slice(Math.max(start, target.lastIndexOf('@', end - 1) + 1), end)
  return {
    method,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    protocol,
    absolute: { scheme, authority },
  }
}

function readScheme(target: string): 'http' | 'https' | undefined {
  const start = target.slice(0, 8).toLowerCase()
  if (start.startsWith('http://')) return 'http'
  return start === 'https://' ? 'https' : undefined
}

/** Token characters of RFC 9110 section 5.6.2. */
function isToken(text: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const c = text.charCodeAt(at)
    const alphanumeric = (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39)
    if (!alphanumeric && !"!#$%&'*+-.^_`|~".includes(text.charAt(at))) return false
  }
  return true
}

/** Writes every byte from 0x80 on as `%HH`; the text has one character per byte. */
export function percentEncodeBytes(text: string): string {
  let out = ''
  let done = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    out += `${text.slice(done, at)}%${code.toString(16).toUpperCase()}`
    done = at + 1
  }
  return done === 0 ? text : out + text.slice(done)
}
