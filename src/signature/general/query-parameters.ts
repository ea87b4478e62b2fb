/**
 * `@query-param` (RFC 9421 section 2.2.8): names and values as `application/x-www-form-urlencoded` reads them,
 * written with percent-encoding so that no value can break a line of the signature base.
 * @module
 */

/** Encoded names and encoded values; `undefined` as value: the name is there more than once. */
export type QueryParameters = ReadonlyMap<string, string | undefined>

/** Everything but letters, digits and `*-._` (URL Standard, application/x-www-form-urlencoded percent-encode set). */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const PERCENT = /%(?![0-9A-Fa-f]{2})/g

/** Means itself, and is written as itself. */
const PLAIN = /^[A-Za-z0-9*._-]*$/

/**
 * Escapes that are UTF-8 (RFC 3629 section 4), and any other characters. Asked first, as `decodeURIComponent`
 * throws: thousands of errors would cost milliseconds, before anything is known of the sender.
 */
const UTF8 =
  /^(?:[^%]|%[0-7][\da-f]|%(?:c[2-9a-f]|d[\da-f])%[89ab][\da-f]|%(?:e0%[ab]|e[1-9a-cef]%[89ab]|ed%[89])[\da-f]%[89ab][\da-f]|%(?:f0%[9ab]|f[1-3]%[89ab]|f4%8)[\da-f]%[89ab][\da-f]%[89ab][\da-f])*$/i

/**
 * Decodes and encodes again. `undefined` for bytes that are not UTF-8: a lossy decoder reads all of them as the
 * same character, so the value would cover what was not signed.
 */
function reencode(raw: string): string | undefined {
  if (PLAIN.test(raw)) return raw
  const escaped = raw.replaceAll('+', ' ').replace(PERCENT, '%25')
  return UTF8.test(escaped) ? encode(decodeURIComponent(escaped)) : undefined
}

/** Reads a raw query that begins with `?`. Pairs that are not UTF-8 are left out. */
export function parseQueryParameters(query: string): QueryParameters {
  const parameters = new Map<string, string | undefined>()
  for (const pair of query.slice(1).split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = reencode(equals < 0 ? pair : pair.slice(0, equals))
    if (name === undefined) continue
    const value = reencode(equals < 0 ? '' : pair.slice(equals + 1))
    parameters.set(name, parameters.has(name) ? undefined : value)
  }
  return parameters
}
