/**
 * Why a publication cannot be planned, as data for the command line.
 * @module
 */

export type PublicationErrorCode =
  /** The action needs a compiled policy, and there is none. */
  | 'no-policy'
  /** Nothing was ever published. */
  | 'nothing-published'
  /** What is asked for is so already. */
  | 'already-so'
  | 'no-candidate'
  | 'unknown-serial'
  /** The version that is to run again is not in the store any more. */
  | 'version-gone'
  | 'bad-percent'
  /** A limit of KV or of an isolate. */
  | 'too-large'
  | 'bad-metadata'
  | 'bad-serial'

/** One sentence that says what is wrong, and one that says what to do. */
export interface PublicationError {
  readonly code: PublicationErrorCode
  readonly message: string
  readonly fix: string
}

export interface PublicationFailure {
  readonly ok: false
  readonly error: PublicationError
}

export function failPublication(
  code: PublicationErrorCode,
  message: string,
  fix: string,
): PublicationFailure {
  return { ok: false, error: { code, message, fix } }
}

export function tooLarge(message: string): PublicationFailure {
  return failPublication('too-large', message, 'Make its lists shorter, or split them between policies.')
}
