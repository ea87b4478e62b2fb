/**
 * What can be wrong with a compiled policy.
 * @module
 */

export type BundleErrorCode =
  /** The bytes are no container of this kind. */
  | 'not-a-container'
  /** A container of a version that this reader does not know. */
  | 'unknown-container-version'
  /** Counts, names, offsets or lengths do not fit the bytes. */
  | 'bad-directory'
  /** A part that the policy needs is not there. */
  | 'missing-part'
  /** `policy.json` is not JSON. */
  | 'bad-json'
  /** The policy has a schema number that this reader does not know. */
  | 'unknown-schema'
  /** The policy has the known schema number but not its shape. */
  | 'bad-model'
  /** A `cidr/` part is no prefix set. */
  | 'bad-prefix-set'

/** The bytes are no usable bundle: keep the policy that is running. `code` is stable. */
export class BundleError extends Error {
  readonly code: BundleErrorCode
  constructor(code: BundleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BundleError'
    this.code = code
  }
}
