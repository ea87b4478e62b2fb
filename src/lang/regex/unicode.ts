/**
 * The seam between the parser and tables of Unicode, which only the builder of a policy carries.
 * @module
 */
import type { Ranges } from './ranges.ts'

export const MAX_CODE_POINT = 0x10ffff

export interface UnicodeTables {
  readonly digit: Ranges
  readonly space: Ranges
  readonly word: Ranges
  /** Closed under simple case folding. */
  fold(ranges: Ranges): Ranges
  /** `\p{name}` or `\p{name=value}`; `undefined` when there is no such property. */
  property(name: string, value: string | undefined): Ranges | undefined
}
