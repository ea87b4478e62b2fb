/**
 * What is wrong with an expression, and where.
 * @module
 */

/** The engine's own names where it has one (wirefilter `LexErrorKind`), in kebab case. */
export type FilterErrorKind =
  | 'expected-name'
  | 'expected-literal'
  | 'parse-int'
  | 'parse-network'
  | 'parse-regex'
  | 'parse-wildcard'
  | 'invalid-character-escape'
  | 'missing-ending-quote'
  | 'invalid-raw-string'
  | 'count-mismatch'
  | 'unknown-identifier'
  | 'unsupported-operation'
  | 'incompatible-range-bounds'
  | 'end-of-input'
  | 'invalid-arguments-count'
  | 'invalid-argument-kind'
  | 'invalid-argument-type'
  | 'invalid-argument-value'
  | 'invalid-index-access'
  | 'invalid-map-each-access'
  | 'invalid-list-name'
  | 'type-mismatch'
  | 'nesting-limit'
  /** Ours: the field exists at Cloudflare, but a Worker cannot know it. */
  | 'unavailable-field'
  /** Ours: the field or function cannot be used in this phase, or a function may be used once only. */
  | 'not-here'
  /** Ours: no list has this name. */
  | 'unknown-list'
  /** Ours: longer than the language allows (4,096 characters). */
  | 'too-long'

export interface FilterError {
  readonly kind: FilterErrorKind
  /** From 1. */
  readonly line: number
  /** From 1, in bytes, as Cloudflare counts. */
  readonly column: number
  /** Bytes to underline; 0 at the end of the input. */
  readonly length: number
  /** The line it is in. */
  readonly source: string
  /** What is wrong, in a few words without a full stop. */
  readonly message: string
  /** How to mend it, one sentence. */
  readonly fix: string
}

/** Three lines as Cloudflare prints them: place, source, carets and message. */
export function formatFilterError(error: FilterError): string {
  const indent = ' '.repeat(Math.max(0, error.column - 1))
  const carets = '^'.repeat(Math.max(1, error.length))
  return `Filter parsing error (${error.line}:${error.column}):\n${error.source}\n${indent}${carets} ${error.message}\n`
}
