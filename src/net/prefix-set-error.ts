/**
 * What can be wrong with the bytes of a prefix set.
 * @module
 */

export type PrefixSetErrorCode =
  | 'bad-magic'
  | 'unknown-version'
  | 'bad-header'
  | 'bad-length'
  | 'misaligned'
  | 'not-sorted'
  | 'bad-values'

/** The bytes are no prefix set. `code` is stable; the message is for people. */
export class PrefixSetError extends Error {
  readonly code: PrefixSetErrorCode
  constructor(code: PrefixSetErrorCode, message: string) {
    super(message)
    this.name = 'PrefixSetError'
    this.code = code
  }
}
