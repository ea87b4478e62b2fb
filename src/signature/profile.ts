/**
 * The one signature shape both doors speak: a fixed profile of HTTP Message Signatures (RFC 9421).
 *
 * Everything a general implementation negotiates is decided here: one label, one order of components, one
 * order of parameters, no `alg` parameter (the algorithm belongs to the key, RFC 9421 section 7.3.6). So a
 * verifier can match a whole field with one anchored expression and never has to choose.
 * @module
 */

/** The dictionary key in `Signature` and `Signature-Input`. */
export const LABEL = 'sallyport'

/** Application tag (RFC 9421 section 7.2.7); its number is the version of this profile. */
export const TAG = 'sallyport-1'

export const CLIENT_FIELD = 'sallyport-client'
export const VERDICT_FIELD = 'sallyport-verdict'
export const REQUEST_ID_FIELD = 'sallyport-request-id'
export const DIGEST_FIELD = 'content-digest'
export const BODY_FIELD = 'sallyport-body'

/** The field that binds a body: a digest of all of it, or the announcement of authenticated chunks. */
export type BodyField = typeof DIGEST_FIELD | typeof BODY_FIELD

/** The covered components of a request without a covered body, as they stand in `Signature-Input`. */
export const COMPONENTS =
  '"@method" "@authority" "@path" "@query" "sallyport-client" "sallyport-verdict" "sallyport-request-id"'

/** Longest life of a signature in seconds: `expires` − `created`. */
export const MAX_TTL = 60

/** Seconds by which the clocks of the two doors may differ. */
export const CLOCK_SKEW = 5

/** What a key may be called: bounded, and free of anything that needs escaping. */
export const KEY_ID: RegExp = /^[\w.-]{1,64}$/

/** 128 bits in base64url without padding; the last character carries two bits only. */
export const NONCE: RegExp = /^[\w-]{21}[AQgw]$/

/** How a key signs. The key decides, never the message. */
export type Algorithm = 'hmac-sha256' | 'ed25519'

/** The signature parameters as they end `Signature-Input` and the signature base, after the components. */
export function formatParameters(
  created: number,
  expires: number,
  nonce: string,
  keyid: string,
  cover: BodyField | false,
): string {
  const last = cover ? ` "${cover}"` : ''
  return `(${COMPONENTS}${last});created=${created};expires=${expires};nonce="${nonce}";keyid="${keyid}";tag="${TAG}"`
}
