/**
 * What the verifier says of a request.
 * @module
 */
import type { Failure } from '../signature/failure.ts'
import type { Accepted } from '../signature/verify.ts'

/**
 * Came through the edge, unchanged. Everything in here was signed; where `contentDigest` is present, the
 * adapters have compared it.
 */
export type Verified = Accepted

/** Let in without a signature because the operator listed its path: a health probe. Nothing is known of it. */
export interface Unsigned {
  readonly ok: true
  readonly signed: false
}

/** What an application gets as `request.sallyport`. */
export type Admitted = Verified | Unsigned

/** The verifier's own checks, beside those of the signature. For the log, never for the client. */
export type OriginFailure =
  | Failure
  | 'replayed'
  | 'too-old'
  | 'replay-store'
  | 'body-digest'
  | 'body-size'
  | 'body-lost'

export interface Refused {
  readonly ok: false
  /** 401: nothing was signed. 403: something was, and it is not right. */
  readonly status: 401 | 403
  readonly failure: OriginFailure
  /** Only when the signature itself was right, so that the id can be trusted. */
  readonly requestId?: string
}

export type Outcome = Admitted | Refused
