/**
 * What can go wrong with a body on its way.
 * @module
 */
import type { BodyFault } from './body-guard/body-rules.ts'

/** The error a stream fails with when it passes its cap. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The error for a body that its client did not bring to an end. */
export class BodyBroken extends Error {
  override readonly name = 'BodyBroken'
}

/** The error for a body whose content, or the pace it comes at, is not taken. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
  readonly fault: BodyFault

  constructor(fault: BodyFault) {
    super(`the content is refused: ${fault}`)
    this.fault = fault
  }
}

export type BodyFailure = BodyTooLarge | BodyBroken | BodyRefused
