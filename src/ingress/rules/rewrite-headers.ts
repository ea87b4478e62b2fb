/**
 * The header edits of a rewrite rule for one request.
 * @module
 */
import type { HeaderRewrite } from '../../bundle/model.ts'
import { cleanFieldValue } from '../../http/field-value.ts'
import type { HeaderEdit } from '../../http/header-edit.ts'
import type { Value } from '../../lang/value.ts'
import { isEditable } from './editable-names.ts'
import { toRuleText } from './rule-text.ts'

export interface Rewritten {
  readonly edits: readonly HeaderEdit[]
  /** Values that could not be used: arrays, maps and what is too long. */
  readonly unusable: number
}

/**
 * A field that is set to a missing or unusable value is removed: what a client sends under that name must not
 * pass for what the edge says. A missing value is not added.
 * @param values Of the expressions among the edits, in their order.
 */
export function rewriteHeaders(
  headers: readonly HeaderRewrite[],
  values: readonly (Value | undefined)[],
  section: 'request' | 'response',
): Rewritten {
  const edits: HeaderEdit[] = []
  let unusable = 0
  let next = 0
  for (const edit of headers) {
    const computed = 'expression' in edit ? values[next++] : undefined
    if (!isEditable(edit.name, section)) continue
    if (edit.operation === 'remove' || 'value' in edit) {
      edits.push(edit)
      continue
    }
    const text = toRuleText(computed)
    const value = text === undefined ? undefined : cleanFieldValue(text)
    if (value === undefined && computed !== undefined) unusable++
    if (value !== undefined) edits.push({ operation: edit.operation, name: edit.name, value })
    else if (edit.operation === 'set') edits.push({ operation: 'remove', name: edit.name })
  }
  return { edits, unusable }
}
