/**
 * What the runtime says of a call to a Durable Object that failed.
 * @module
 */

/** The marks that it puts on errors. */
interface CallFault {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** Whether a second try may help. Never when the object is overloaded: asking again is what keeps it so. */
export function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { retryable, overloaded } = error as CallFault
  return retryable === true && overloaded !== true
}
