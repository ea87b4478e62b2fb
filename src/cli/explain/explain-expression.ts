/**
 * An expression's parts with what each gave, without what must stay secret.
 * @module
 */
import type { Explanation } from '../../lang/explain.ts'
import { isSecretName, MASK } from './secret-names.ts'

/** A part of an expression: a condition has a `result`, a value a `value`, a comparison both. */
export interface ExpressionPart {
  readonly text: string
  /** A list for a condition on each element of an array. */
  readonly result?: boolean | readonly boolean[]
  /** For people; of a comparison, what is compared. */
  readonly value?: string
  /** Parts before it have decided already. */
  readonly skipped?: true
  readonly parts: readonly ExpressionPart[]
}

/** Fields that hold every header field, unless one of them is picked by its name. */
const ALL_HEADERS =
  /(?:raw\.)?http\.(?:request|response)\.headers(?!\.(?:names|truncated))(\[\s*"([^"\\]*)"\s*\])?/g
const COOKIES = /http\.(?:cookie|request\.cookies)\b/

/** Whether the text reads something secret; what it computes from it may be secret too. */
export function readsSecrets(text: string): boolean {
  if (COOKIES.test(text)) return true
  const dense = text.replace(/\s+(?=[.[\]])|(?<=\[)\s+/g, '')
  for (const [, picked, name = ''] of dense.matchAll(ALL_HEADERS)) {
    if (picked === undefined || isSecretName(name.toLowerCase())) return true
  }
  return false
}

/** Truth values, numbers and nil give nothing away. */
function isHarmless(value: string): boolean {
  return /^(?:true|false|nil|-?[0-9]+|\[(?:(?:true|false) ?)*\])$/.test(value)
}

/** Hides what comes from cookies and from header fields that look secret, whole or computed from. */
export function maskExplanation(explanation: Explanation): ExpressionPart {
  const { text, result, value, skipped, children } = explanation
  const hidden = value !== undefined && !isHarmless(value) && readsSecrets(text)
  return {
    text,
    ...(result === undefined ? {} : { result }),
    ...(value === undefined ? {} : { value: hidden ? MASK : value }),
    ...(skipped === undefined ? {} : { skipped }),
    parts: children.map(maskExplanation),
  }
}
