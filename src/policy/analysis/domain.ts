/**
 * What values a field can have at all.
 * @module
 */
import type { Value } from '../../lang/value.ts'
import type { IntervalSet } from './interval-set.ts'

export interface Reason {
  /** A clause, as "http.request.method is never …". */
  readonly message: string
  readonly fix: string
}

/** Where in a text a piece is: at its start, at its end, or anywhere. */
export type PieceRole = 'start' | 'end' | 'part'

/** Everything is optional: what is left out is not known. */
export interface Domain {
  /** Why the value is always missing. */
  readonly missing?: Reason
  /** The value is never missing. */
  readonly present?: true
  /** All values there are. */
  readonly values?: readonly Value[]
  /** Every text starts with this. */
  readonly start?: string
  /** Why no value is this one. */
  whole?(value: Value): Reason | undefined
  /** Why no text has this piece. */
  piece?(text: string, role: PieceRole): Reason | undefined
  /** Numbers, or addresses as `number-facts` counts them. */
  readonly range?: { readonly set: IntervalSet; readonly reason: Reason }
}

export const NOTHING_KNOWN: Domain = {}
