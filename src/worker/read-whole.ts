/**
 * Numbers in variables of the Worker, which are text.
 * @module
 */

export interface WholeRange {
  readonly low: number
  readonly high: number
  /** When the variable is not set. */
  readonly otherwise: number
}

/** A whole number in decimal digits; `undefined` for anything else, or outside the range. */
export function readWhole(
  text: string | undefined,
  { low, high, otherwise }: WholeRange,
): number | undefined {
  if (text === undefined || text === '') return otherwise
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return number >= low && number <= high ? number : undefined
}
