/**
 * Content of an HTML form: `application/x-www-form-urlencoded` (WHATWG URL, section 5.1).
 * @module
 */
import { readMediaType } from './media-type.ts'
import type { RuleFacts } from './rule-facts.ts'

/** Fields of a form that are read. More would only feed an attacker's hash collisions. */
export const MAX_FORM_FIELDS = 1000

const FORM = 'application/x-www-form-urlencoded'

export type FormField = readonly [name: string, value: string]

/**
 * The fields in order, decoded to binary strings; `undefined` when the content is no form by its Content-Type, and
 * when it was cut: of a field that is given twice, origins often take the last one.
 */
export function readForm({ request, body }: RuleFacts): readonly FormField[] | undefined {
  if (
    body === undefined ||
    body.truncated ||
    readMediaType(request.headers.get('content-type') ?? '') !== FORM
  )
    return undefined
  return parseForm(body.raw)
}

/** Reads at most {@link MAX_FORM_FIELDS}, in linear time. Never throws. */
export function parseForm(raw: string): readonly FormField[] {
  const fields: FormField[] = []
  for (let from = 0; from < raw.length && fields.length < MAX_FORM_FIELDS; ) {
    const next = raw.indexOf('&', from)
    const end = next === -1 ? raw.length : next
    if (end > from) fields.push(parseField(raw.slice(from, end)))
    from = end + 1
  }
  return fields
}

function parseField(part: string): FormField {
  const equals = part.indexOf('=')
  return equals === -1 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
}

/** `+` is a space and `%HH` a byte; a `%` that starts no escape stands for itself. */
function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  return spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number(`0x${digits}`)),
  )
}
