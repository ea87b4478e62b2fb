/**
 * Prices of requests: a currency and an exact decimal amount, as `USD 0.01`.
 * @module
 */

export interface Price {
  /** ISO 4217 code. */
  readonly currency: string
  /** Millionths of the currency's unit, a whole number below 10^12: sums and comparisons are exact. */
  readonly millionths: number
}

const PRICE = /^([A-Z]{3}) (0|[1-9][0-9]{0,5})(?:\.([0-9]{1,6}))?$/
const LONGEST = 17
const MILLION = 1_000_000

/** `undefined` for anything but a code, one space and a decimal with at most six digits on either side of the point. */
export function parsePrice(text: string): Price | undefined {
  if (text.length > LONGEST) return undefined
  const match = PRICE.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const fraction = Number((match[3] ?? '').padEnd(6, '0'))
  return { currency: match[1], millionths: Number(match[2]) * MILLION + fraction }
}
