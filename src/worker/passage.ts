/**
 * One request on its way through the Worker.
 * @module
 */
import type { RequestFacts } from '../http/facts.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import type { Runtime } from './runtime.ts'

export interface Passage {
  readonly request: Request
  readonly runtime: Runtime
  readonly facts: RequestFacts
  readonly outcome: Outcome
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly started: number
}
