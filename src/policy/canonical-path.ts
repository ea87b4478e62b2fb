/**
 * Paths in a policy must be in the form that requests are matched in, or they would never match.
 * @module
 */
import { BAD_ESCAPE, DOT_SEGMENT, NOT_ORIGIN_FORM, NUL, readTarget, TOO_LONG } from '../http/target.ts'
import { quoteText } from './problem.ts'

export type PathResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly fix: string }

const MAX_LENGTH = 2048
const RESERVED = '/.sallyport'

function refuse(message: string, fix: string): PathResult {
  return { ok: false, message, fix }
}

/** How to write a path without its dot segments (RFC 3986 section 5.2.4), if that is enough. */
function explainDots(path: string): string {
  const { pathname } = new URL(`http://host.invalid${path}`)
  const { path: proposed, anomalies } = readTarget(pathname)
  if (anomalies & DOT_SEGMENT) return 'Leave out . and .. between slashes, encoded slashes too.'
  return `Write ${quoteText(proposed)}.`
}

/** Accepts a canonical path as it is; otherwise says what the canonical form would be. */
export function checkPath(text: string): PathResult {
  const shown = quoteText(text)
  if (!text.startsWith('/'))
    return refuse(`The path ${shown} does not start with /`, `Write ${quoteText(`/${text}`)}.`)
  if (text.length > MAX_LENGTH)
    return refuse(`The path is longer than ${MAX_LENGTH} characters`, 'Match a shorter prefix.')
  if (/[?#]/.test(text))
    return refuse(
      `The path ${shown} has a query or fragment`,
      'Write the path only; ? and # are not part of it.',
    )
  if (text.includes('*'))
    return refuse(`The path ${shown} has a *`, 'Leave out the *: a path matches everything below it.')
  const { path, anomalies } = readTarget(text)
  if (anomalies & (BAD_ESCAPE | NUL | NOT_ORIGIN_FORM | TOO_LONG)) {
    return refuse(`The path ${shown} has a % that is no allowed escape`, 'Write % as %25 and leave out %00.')
  }
  if (anomalies & DOT_SEGMENT) return refuse(`The path ${shown} has a . or .. segment`, explainDots(path))
  if (path !== text) return refuse(`The path ${shown} is not in canonical form`, `Write ${quoteText(path)}.`)
  if (path === RESERVED || path.startsWith(`${RESERVED}/`)) {
    return refuse(`${RESERVED} is reserved for the gateway itself`, 'Choose another path.')
  }
  return { ok: true, value: path }
}
