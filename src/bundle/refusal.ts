/**
 * Why a reader of the store keeps the policy it has.
 * @module
 */
import { BundleError } from './bundle-error.ts'
import type { PointerFault } from './verify-pointer.ts'

export type RefusalReason =
  | PointerFault
  /** The store failed, or did not answer in time. */
  | 'store-failed'
  | 'store-timeout'
  /** There was a pointer, and now there is none. */
  | 'missing-pointer'
  /** Signed and whole, but older than what runs, or than the lowest serial that is configured. */
  | 'old-serial'
  | 'below-minimum'
  /** Two pointers with the same serial: two publications at the same time. */
  | 'reused-serial'
  /** Its `not_after` has passed. */
  | 'expired'
  /** Not there yet, most often: the pointer got here first. */
  | 'missing-manifest'
  | 'missing-blob'
  /** The bytes are not those that were published. */
  | 'hash-mismatch'
  | 'bad-manifest'
  | 'unknown-schema'
  /** The names of versions in pointer, manifest and model differ. */
  | 'version-mismatch'
  /** The parts are no policy: see `BundleError`. */
  | 'bad-bundle'
  /** The stages could not be built from it. */
  | 'not-linkable'

/** Ends one try to load; caught by the loader, never by a request. */
export class Refusal extends Error {
  readonly reason: RefusalReason
  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Refusal'
    this.reason = reason
  }
}

/** Whatever ended a try, as a refusal: what is not one of ours came from the store. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof BundleError) {
    const reason = error.code === 'unknown-schema' ? 'unknown-schema' : 'bad-bundle'
    return new Refusal(reason, error.message, { cause: error })
  }
  // Of a foreign error only the type: its text is not ours to repeat.
  const type = error instanceof Error ? error.name : typeof error
  return new Refusal('store-failed', `The store failed (${type}).`, { cause: error })
}
