/**
 * Fields of the request's header section. The four fields with names of their own are empty, not missing, when
 * the request has none, so that `http.user_agent eq ""` means what everybody writes it for.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { RequestFacts } from '../facts.ts'
import { readAcceptedLanguages } from './accepted-languages.ts'
import { hasTooManyCookies, readCookies } from './cookies.ts'
import type { FieldEntry } from './field-entry.ts'
import { listNames, listValues, MAX_FIELDS, mapHeaders } from './header-lists.ts'

export const HEADER_FIELDS: readonly FieldEntry[] = [
  ['http.cookie', 'Bytes', ({ request }) => textOf(request, 'cookie')],
  ['http.referer', 'Bytes', ({ request }) => textOf(request, 'referer')],
  ['http.user_agent', 'Bytes', ({ request }) => textOf(request, 'user-agent')],
  ['http.x_forwarded_for', 'Bytes', ({ request }) => textOf(request, 'x-forwarded-for')],
  [
    'http.request.accepted_languages',
    'Array(Bytes)',
    ({ request }) => readAcceptedLanguages(request.headers.get('accept-language') ?? ''),
  ],
  [
    'http.request.cookies',
    'Map(Array(Bytes))',
    ({ request }) => readCookies(request.headers.get('cookie') ?? ''),
  ],
  ['http.request.headers', 'Map(Array(Bytes))', ({ request }) => mapHeaders(request.headers)],
  ['http.request.headers.names', 'Array(Bytes)', ({ request }) => listNames(request.headers)],
  ['http.request.headers.values', 'Array(Bytes)', ({ request }) => listValues(request.headers)],
  ['http.request.headers.truncated', 'Bool', ({ request }) => isTruncated(request)],
]

const textOf = ({ headers }: RequestFacts, name: string): string => toBytes(headers.get(name) ?? '')

const isTruncated = ({ headers }: RequestFacts): boolean =>
  headers.count > MAX_FIELDS || hasTooManyCookies(headers.get('cookie') ?? '')
