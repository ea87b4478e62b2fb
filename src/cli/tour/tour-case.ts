/**
 * One visit of the tour: what is sent, and what has to come back.
 * @module
 */
import type { Running } from '../running.ts'
import type { Reply } from './wire.ts'

export interface Expected {
  readonly status: number
  /** Rule of the edge, or `origin` for the verifier's own refusal. */
  readonly rule?: string
  /** Text that the body must hold. */
  readonly holds?: string
  /** Text that the body must not hold. */
  readonly lacks?: string
}

export interface Case {
  readonly name: string
  readonly expected: Expected
  run(where: Running): Promise<Reply>
}
