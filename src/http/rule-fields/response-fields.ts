/**
 * Fields of the response, for the phase that has one. All of them are what the origin answered: an edit of one
 * rule is not seen by the next, so `raw.*` is the same.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import type { HeaderSource } from '../headers.ts'
import type { FieldEntry } from './field-entry.ts'
import { listNames, listValues, MAX_FIELDS, mapHeaders } from './header-lists.ts'
import { readMediaType } from './media-type.ts'

export const RESPONSE_FIELDS: readonly FieldEntry[] = [
  ['http.response.code', 'Int', ({ response }) => response?.status],
  [
    'http.response.content_type.media_type',
    'Bytes',
    ({ response }) => response && mediaTypeOf(response.headers),
  ],
  ['http.response.headers', 'Map(Array(Bytes))', ({ response }) => response && mapHeaders(response.headers)],
  ['http.response.headers.names', 'Array(Bytes)', ({ response }) => response && listNames(response.headers)],
  [
    'http.response.headers.values',
    'Array(Bytes)',
    ({ response }) => response && listValues(response.headers),
  ],
  [
    'http.response.headers.truncated',
    'Bool',
    ({ response }) => response && countFields(response.headers) > MAX_FIELDS,
  ],
  [
    'raw.http.response.headers',
    'Map(Array(Bytes))',
    ({ response }) => response && mapHeaders(response.headers),
  ],
  [
    'raw.http.response.headers.names',
    'Array(Bytes)',
    ({ response }) => response && listNames(response.headers),
  ],
  [
    'raw.http.response.headers.values',
    'Array(Bytes)',
    ({ response }) => response && listValues(response.headers),
  ],
]

function countFields(headers: HeaderSource): number {
  let count = 0
  headers.forEach(() => {
    count++
  })
  return count
}

/** Empty without a Content-Type. */
function mediaTypeOf(headers: HeaderSource): string {
  let field = ''
  headers.forEach((value, name) => {
    if (name === 'content-type') field = value
  })
  return toBytes(readMediaType(field))
}

const NAMES: ReadonlySet<string> = new Set(RESPONSE_FIELDS.map(([name]) => name))

/** Whether a field is one of the response's. */
export function isResponseField(name: string): boolean {
  return NAMES.has(name)
}
