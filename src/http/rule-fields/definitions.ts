/**
 * Every field of Cloudflare's scheme: its type, and why it cannot be known where it cannot.
 * @module
 */
import type { FieldDefinition } from '../../lang/scheme.ts'
import { parseType } from '../../lang/type.ts'
import { READABLE_FIELDS } from './readers.ts'
import { UNAVAILABLE_FIELDS } from './unavailable-fields.ts'

/** Names that Cloudflare has replaced and still takes: `ip.geoip.*` is `ip.src.*`. */
const ALIASES = [
  'asnum',
  'continent',
  'country',
  'is_in_european_union',
  'subdivision_1_iso_code',
  'subdivision_2_iso_code',
]

export const FIELD_DEFINITIONS: ReadonlyMap<string, FieldDefinition> = defineFields()

function defineFields(): ReadonlyMap<string, FieldDefinition> {
  const fields = new Map<string, FieldDefinition>()
  for (const [name, type] of READABLE_FIELDS) fields.set(name, { type: parseType(type) })
  for (const { reason, fields: group } of UNAVAILABLE_FIELDS) {
    for (const [name, type] of group) fields.set(name, { type: parseType(type), unavailable: reason })
  }
  for (const name of ALIASES) {
    const alias = `ip.src.${name}`
    const meant = fields.get(alias)
    if (meant) fields.set(`ip.geoip.${name}`, { ...meant, alias })
  }
  return fields
}
