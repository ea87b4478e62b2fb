/**
 * How the parser gives up: thrown inside it, caught by `parseFilter` and `parseValue`, never seen outside.
 * @module
 */
import type { FilterErrorKind } from '../filter-error.ts'

export class LexFailure extends Error {
  readonly kind: FilterErrorKind
  /** First byte to underline. */
  readonly start: number
  /** The byte after the last. */
  readonly end: number
  readonly fix: string

  constructor(kind: FilterErrorKind, span: readonly [number, number], message: string, fix: string) {
    super(message)
    this.name = 'LexFailure'
    this.kind = kind
    this.start = span[0]
    this.end = span[1]
    this.fix = fix
  }
}
