/**
 * Origins and redirect targets as operators write them.
 * @module
 */
import { quoteText } from './problem.ts'

export type UrlResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly fix: string }

function refuse(message: string, fix: string): UrlResult {
  return { ok: false, message, fix }
}

const ORIGIN_EXAMPLE = 'Write scheme, host and port, as https://origin.example:8443.'

/** An origin in its canonical form (RFC 6454 section 6.2): `https://host[:port]` and nothing else. */
export function checkOrigin(text: string): UrlResult {
  // A password would be read by everyone who sees the policy, so it is not repeated here either.
  const shown = text.includes('@') ? 'The origin' : quoteText(text)
  if (!URL.canParse(text)) return refuse(`${shown} is not a URL`, ORIGIN_EXAMPLE)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`${shown} is not http or https`, ORIGIN_EXAMPLE)
  if (url.username !== '' || url.password !== '')
    return refuse('The origin has a user name or password', ORIGIN_EXAMPLE)
  if (url.search !== '' || url.hash !== '')
    return refuse(`${shown} has a query or fragment`, `Write ${url.origin}.`)
  if (url.pathname !== '/') {
    return refuse(
      `${shown} has a path`,
      `Write ${url.origin}, and replace_prefix: ${url.pathname} to change the path.`,
    )
  }
  if (text !== url.origin) return refuse(`${shown} is not in canonical form`, `Write ${url.origin}.`)
  return { ok: true, value: text }
}

const LOCATION_EXAMPLE = 'Write a path as /new or a URL as https://www.example.com/new.'

/** A redirect target: a path on the same host or an absolute http(s) URL, as it goes into `Location`. */
export function checkLocation(text: string): UrlResult {
  const shown = quoteText(text)
  if (text.length > 2048) return refuse('The location is longer than 2048 characters', LOCATION_EXAMPLE)
  if (!/^[\x21-\x7e]*$/.test(text))
    return refuse(`${shown} has blanks or letters outside ASCII`, 'Percent-encode them.')
  // Browsers read both // and /\ as "another host" (WHATWG URL, relative slash state).
  if (/^\/[/\\]/.test(text)) return refuse(`${shown} leads to another host`, LOCATION_EXAMPLE)
  if (text.startsWith('/')) return { ok: true, value: text }
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    return refuse(`${shown} is neither a path nor a URL`, LOCATION_EXAMPLE)
  if (/^https?:\/\/[^/?#]*@/.test(text))
    return refuse('The location has a user name or password', LOCATION_EXAMPLE)
  return { ok: true, value: text }
}
