/**
 * The hygiene rules: one entry each, with what it says to the client and how an operator lets it pass.
 * @module
 */
import type { RequestFacts } from './facts.ts'

/** What hygiene lets through; `rules/hygiene.yaml` explains each. */
export interface HygieneBounds {
  readonly methods: readonly string[]
  /** Bytes of the request-target. */
  readonly max_url_bytes: number
  readonly max_header_count: number
  /** Bytes of all field names and values. */
  readonly max_header_bytes: number
  /** Bytes of one field value. */
  readonly max_header_value_bytes: number
  readonly max_query_parameters: number
  readonly max_cookies: number
  /** Bytes of the whole Cookie field. */
  readonly max_cookie_bytes: number
  readonly trailing_host_dot: 'strip' | 'refuse'
}

/** What a route changes: anomaly bits it accepts, and its body cap in bytes. */
export interface HygieneRelief {
  readonly accepted: number
  readonly maxBody: number
}

export interface HygieneRule {
  readonly id: string
  readonly status: number
  readonly reason: string
  readonly fix: string
  readonly close?: boolean
  readonly broken: (facts: RequestFacts, bounds: HygieneBounds, relief: HygieneRelief) => boolean
}

export const NEVER_RELAXED: string = 'This cannot be relaxed: servers disagree on what it means.'
const raise = (name: string): string => `Raise \`${name}\` in rules/hygiene.yaml.`

/** Two readings are possible: enforced in every mode. */
export const STRUCTURE_RULES: readonly HygieneRule[] = [
  {
    id: 'content-length-with-transfer-encoding',
    status: 400,
    reason: 'The request has both Content-Length and Transfer-Encoding (RFC 9112 section 6.1).',
    fix: NEVER_RELAXED,
    close: true,
    broken: ({ headers }) =>
      headers.get('content-length') !== undefined && headers.get('transfer-encoding') !== undefined,
  },
  {
    id: 'transfer-encoding',
    status: 400,
    reason: 'The only transfer coding taken is `chunked`, once.',
    fix: NEVER_RELAXED,
    close: true,
    broken: ({ headers }) => {
      const coding = headers.get('transfer-encoding')
      return coding !== undefined && coding.toLowerCase() !== 'chunked'
    },
  },
  {
    id: 'content-length',
    status: 400,
    reason: 'Content-Length is not one decimal number.',
    fix: NEVER_RELAXED,
    close: true,
    broken: ({ headers }) => {
      const length = headers.get('content-length')
      return length !== undefined && !/^[0-9]{1,15}$/.test(length)
    },
  },
  {
    id: 'host',
    status: 400,
    reason: 'The Host field is missing or not one valid host.',
    fix: NEVER_RELAXED,
    broken: ({ host }) => host.name === '',
  },
  {
    id: 'duplicate-identity',
    status: 400,
    reason: 'A field that says who the client is was sent more than once.',
    fix: NEVER_RELAXED,
    broken: ({ headers }) =>
      headers.get('cf-connecting-ip')?.includes(',') === true ||
      hasSecondCredential(headers.get('authorization')),
  },
  {
    id: 'body-not-allowed',
    status: 400,
    reason:
      'GET and HEAD requests with content mean different things to different servers (RFC 9110 section 9.3.1).',
    fix: 'Send the content with POST, PUT, PATCH or QUERY.',
    close: true,
    broken: ({ method, hasBody }) => hasBody && (method === 'GET' || method === 'HEAD'),
  },
]

/** Checked against the declared length, and again while a body of undeclared length streams. */
export const BODY_TOO_LARGE: Omit<HygieneRule, 'broken'> & { readonly fix: string } = {
  id: 'body-too-large',
  status: 413,
  reason: 'The content is larger than this route takes.',
  fix: 'Raise `max_body` on the route in rules/routes/.',
  close: true,
}

/** Sizes, and what no site needs: recorded only in `log` mode. */
export const SIZE_RULES: readonly HygieneRule[] = [
  size(
    'url-too-long',
    414,
    'The request-target is too long.',
    'max_url_bytes',
    (f, b) => f.target.length > b.max_url_bytes,
  ),
  size(
    'header-count',
    431,
    'The request has too many header fields.',
    'max_header_count',
    (f, b) => f.headers.count > b.max_header_count,
  ),
  size(
    'header-bytes',
    431,
    'The header section is too large.',
    'max_header_bytes',
    (f, b) => f.headers.bytes > b.max_header_bytes,
  ),
  size(
    'cookie-bytes',
    431,
    'The Cookie field is too large.',
    'max_cookie_bytes',
    (f, b) => (f.headers.get('cookie')?.length ?? 0) > b.max_cookie_bytes,
  ),
  size(
    'cookie-count',
    431,
    'The request has too many cookies.',
    'max_cookies',
    (f, b) => countCookies(f.headers.get('cookie')) > b.max_cookies,
  ),
  size(
    'header-value-bytes',
    431,
    'A header field is too large.',
    'max_header_value_bytes',
    (f, b) => f.headers.longestValue > b.max_header_value_bytes,
  ),
  size(
    'query-parameters',
    400,
    'The query has too many parameters.',
    'max_query_parameters',
    (f, b) => f.target.parameters > b.max_query_parameters,
  ),
  {
    id: 'trailing-host-dot',
    status: 400,
    reason: 'The host has a trailing dot.',
    fix: 'Set `trailing_host_dot: strip` in rules/hygiene.yaml.',
    broken: ({ host }, bounds) => host.trailingDot && bounds.trailing_host_dot === 'refuse',
  },
  {
    ...BODY_TOO_LARGE,
    broken: ({ headers }, _bounds, relief) => Number(headers.get('content-length') ?? 0) > relief.maxBody,
  },
]

export const METHOD: Omit<HygieneRule, 'broken'> = {
  id: 'method',
  status: 405,
  reason: 'The method is not on the list of methods.',
  fix: 'Add it to `methods` in rules/hygiene.yaml. TRACE and CONNECT cannot be added.',
}

/** Dropped, not refused: told in the record so that nobody wonders where the field went. */
export const UNDERSCORE: Omit<HygieneRule, 'broken'> = {
  id: 'header-underscore',
  status: 400,
  reason: 'Header fields with `_` in their name were dropped: CGI and WSGI read `_` as `-`.',
  fix: 'Rename the field with `-`.',
}

function size(
  id: string,
  status: number,
  reason: string,
  bound: keyof HygieneBounds,
  broken: HygieneRule['broken'],
): HygieneRule {
  return { id, status, reason, fix: raise(bound), broken }
}

function countCookies(cookie: string | undefined): number {
  if (cookie === undefined) return 0
  let count = 1
  for (let i = cookie.indexOf(';'); i !== -1; i = cookie.indexOf(';', i + 1)) count++
  return count
}

/**
 * Repeated fields arrive joined with a comma; a second scheme behind one is a second credential. Parameters
 * such as `realm="Hello, my friend"` are not (RFC 9110 section 11.2).
 */
function hasSecondCredential(authorization: string | undefined): boolean {
  if (authorization?.includes(',') !== true) return false
  const bare = authorization.replace(/\\./g, '').replace(/= *"[^"]*"/g, '=')
  return /, ?[A-Za-z][A-Za-z0-9-]{0,30} +[^ =]/.test(bare)
}
