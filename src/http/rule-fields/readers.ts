/**
 * How each field that can be known is read. Used by the edge for every request, so types stay text here.
 * @module
 */
import { BODY_FIELDS } from './body-fields.ts'
import { BOT_FIELDS } from './bot-fields.ts'
import { CLIENT_FIELDS } from './client-fields.ts'
import type { FieldEntry, FieldReader } from './field-entry.ts'
import { HEADER_FIELDS } from './header-fields.ts'
import { RESPONSE_FIELDS } from './response-fields.ts'
import { TLS_FIELDS } from './tls-fields.ts'
import { URI_FIELDS } from './uri-fields.ts'

export const READABLE_FIELDS: readonly FieldEntry[] = [
  ...URI_FIELDS,
  ...HEADER_FIELDS,
  ...CLIENT_FIELDS,
  ...TLS_FIELDS,
  ...BOT_FIELDS,
  ...BODY_FIELDS,
  ...RESPONSE_FIELDS,
]

export const FIELD_READERS: ReadonlyMap<string, FieldReader> = new Map(
  READABLE_FIELDS.map(([name, , read]) => [name, read]),
)
