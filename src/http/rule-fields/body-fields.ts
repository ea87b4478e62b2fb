/**
 * Fields of the request's content, for limits: they alone have it read. What is not there, or was not read, is
 * missing, so that no comparison with it holds.
 * @module
 */
import type { FieldEntry } from './field-entry.ts'
import { readForm } from './form.ts'
import { groupPairs } from './multi-map.ts'
import { sniffType } from './sniff-type.ts'

export const BODY_FIELDS: readonly FieldEntry[] = [
  ['http.request.body.raw', 'Bytes', ({ body }) => body?.raw],
  ['http.request.body.size', 'Int', ({ body }) => body?.size],
  ['http.request.body.truncated', 'Bool', ({ body }) => body?.truncated],
  ['http.request.body.mime', 'Bytes', ({ body }) => body && sniffType(body.raw)],
  [
    'http.request.body.form',
    'Map(Array(Bytes))',
    (facts) => {
      const pairs = readForm(facts)
      return pairs && groupPairs(pairs)
    },
  ],
  [
    'http.request.body.form.names',
    'Array(Bytes)',
    (facts) => {
      const pairs = readForm(facts)
      return pairs && [...new Set(pairs.map(([name]) => name))]
    },
  ],
  ['http.request.body.form.values', 'Array(Bytes)', (facts) => readForm(facts)?.map(([, value]) => value)],
]

const NAMES: ReadonlySet<string> = new Set(BODY_FIELDS.map(([name]) => name))

/** Whether a field is one of the content's. */
export function isBodyField(name: string): boolean {
  return NAMES.has(name)
}
