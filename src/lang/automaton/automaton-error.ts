/**
 * What can be wrong with the bytes of an automaton.
 * @module
 */

export type AutomatonErrorCode =
  | 'bad-magic'
  | 'unknown-version'
  | 'bad-header'
  | 'bad-length'
  | 'misaligned'
  | 'bad-class'
  | 'bad-state'
  | 'bad-output'

/** The bytes are no automaton. `code` is stable; the message is for people. */
export class AutomatonError extends Error {
  readonly code: AutomatonErrorCode
  constructor(code: AutomatonErrorCode, message: string) {
    super(message)
    this.name = 'AutomatonError'
    this.code = code
  }
}
