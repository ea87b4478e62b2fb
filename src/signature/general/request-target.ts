/**
 * What a request asks for, taken apart without normalising a path (RFC 9112 section 3.2, RFC 9110 section 7.1).
 * @module
 */
import type { RequestMessage } from './message.ts'

export interface ParsedTarget {
  /** Absent for CONNECT and for `*` in both of its forms, which have none: `OPTIONS *` would look like `OPTIONS /`. */
  readonly path?: string
  /** With its `?`; `?` alone when there is none. Absent where there is no path. */
  readonly query?: string
  /** Of the absolute and the authority form. */
  readonly authority?: string
}

/** Visible ASCII; `#` begins a fragment, which no request-target has. */
const TARGET = /^[\x21\x22\x24-\x7e]{1,16384}$/
const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?]*)([^?]*)(\?.*)?$/
const AUTHORITY = /^((?:[a-z0-9._~!$&'()*+,;=-]|%[0-9a-f]{2})+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?$/

const DEFAULT_PORT = { http: '80', https: '443' }

/** The request-target when it can be one, raw. */
export function checkTarget(target: string): string | undefined {
  return TARGET.test(target) ? target : undefined
}

/**
 * `undefined` for a target that has none of the four forms, the wrong one for the method, or another scheme
 * than the request.
 */
export function parseTarget({ method, target, scheme }: RequestMessage): ParsedTarget | undefined {
  if (!TARGET.test(target)) return undefined
  if (method === 'CONNECT') return { authority: target }
  if (target.startsWith('/')) return splitPath(target)
  if (target === '*') return method === 'OPTIONS' ? {} : undefined
  const match = ABSOLUTE.exec(target)
  if (!match) return undefined
  const [, written = '', authority = '', path = '', query] = match
  if (written.toLowerCase() !== scheme) return undefined
  // The last proxy on the way makes `*` of it (RFC 9112 section 3.2.4).
  if (method === 'OPTIONS' && path === '' && query === undefined) return { authority }
  return { path: path || '/', query: query ?? '?', authority }
}

function splitPath(target: string): ParsedTarget {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: '?' } : { path: target.slice(0, mark), query: target.slice(mark) }
}

/** Lower case, without the default port (RFC 9421 section 2.2.3); `undefined` for what is no host. */
export function normalizeAuthority(text: string, scheme: 'http' | 'https'): string | undefined {
  const match = text.length <= 512 ? AUTHORITY.exec(text.toLowerCase()) : null
  if (!match) return undefined
  const [, host = '', port = ''] = match
  return port === '' || port === DEFAULT_PORT[scheme] ? host : `${host}:${port}`
}

/**
 * The one authority that the request names. `undefined` when it names none, or two: target, `:authority` and
 * `Host` have to agree, or whoever routes by one of them serves what was signed for another.
 */
export function findAuthority(
  request: RequestMessage,
  target: ParsedTarget,
  hosts: readonly string[],
): string | undefined {
  if (hosts.length > 1) return undefined
  const named = [target.authority, request.authority, hosts[0]].filter((text) => text !== undefined)
  const [first, ...others] = named.map((text) => normalizeAuthority(text, request.scheme))
  return others.every((other) => other === first) ? first : undefined
}
