/**
 * What the edge has to make of a valid target, said a second time and as plainly as can be: by substitution
 * on whole strings, without looking at the code under test.
 */

const UNRESERVED = /^[A-Za-z0-9._~-]$/
/** Characters that may stand in a path (RFC 3986 section 3.3). */
const IN_PATH = /^[A-Za-z0-9._~!$&'()*+,;=:@/-]$/
/** The query also takes `?`, brackets are left alone, and `'` is not: URL parsers encode it there. */
const IN_QUERY = /^[A-Za-z0-9._~!$&()*+,;=:@/?[\]-]$/

const toEscape = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

function normalise(text: string, allowed: RegExp): string {
  return text.replace(/%([0-9A-Fa-f]{2})|[\s\S]/g, (found, hex: string | undefined) => {
    if (hex === undefined) return allowed.test(found) ? found : toEscape(found.charCodeAt(0))
    const byte = Number.parseInt(hex, 16)
    const character = String.fromCharCode(byte)
    return UNRESERVED.test(character) ? character : toEscape(byte)
  })
}

export interface Expected {
  readonly path: string
  readonly query: string
}

export function canonicalise(raw: string): Expected {
  const [, path = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(raw) ?? []
  const text = normalise(query, IN_QUERY)
  return { path: normalise(path, IN_PATH).replace(/\/+/g, '/'), query: text === '' ? '' : `?${text}` }
}

/** No route accepts these. */
export function isRefusedEverywhere(raw: string): boolean {
  const { path } = canonicalise(raw)
  return (
    /%(?![0-9A-Fa-f]{2})/.test(raw.split('?')[0] ?? '') ||
    path.includes('%00') ||
    path.split(/\/|%2F|%5C/).some((segment) => /^\.\.?(?:;|%3B|$)/.test(segment))
  )
}

/** A route has to relax these. */
export function isRefusedUnlessRelaxed(raw: string): boolean {
  const { path, query } = canonicalise(raw)
  return (
    /%2F|%5C/.test(path) ||
    /%(?:0[1-9A-F]|1[0-9A-F]|7F)/.test(path) ||
    hidesACharacter(path) ||
    // Overlong forms (RFC 3629 section 3): a lead byte whose character would fit fewer bytes.
    /%C[01]%[89AB][0-9A-F]|%E0%[89][0-9A-F]|%F0%8[0-9A-F]/.test(path) ||
    query.includes('%00') ||
    /%(?![0-9A-Fa-f]{2})/.test(raw)
  )
}

/** A second decoding would bring forth a delimiter or a character that needed no escape. */
function hidesACharacter(path: string): boolean {
  const hidden = [...path.matchAll(/%25([0-9A-F]{2})/gi)].map(([, hex]) => Number.parseInt(hex ?? '', 16))
  return hidden.some((code) => code === 0 || /[%/\\A-Za-z0-9._~-]/.test(String.fromCharCode(code)))
}

/** The one spelling of an address: IPv4 when it is mapped, else as the WHATWG URL standard writes it. */
export function spellAddress(ip: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  return ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip
}
