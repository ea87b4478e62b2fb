/**
 * How an admitted request's body in authenticated chunks is to be read: what all adapters share.
 * @module
 */
import { framedLength, parseBodyPlan } from '../signature/body-chain.ts'
import { createUnframer, type Unframer } from '../signature/body-unframe.ts'
import type { Verified } from './outcome.ts'
import type { Verifier } from './verifier.ts'

/** Makes the reader of one body; `release` takes what is right. */
export type OpenUnframer = (release: (payload: Uint8Array<ArrayBuffer>) => void) => Unframer

/**
 * `undefined` when the announcement cannot be followed.
 * @param verified The object that `verifier.verify` gave, with `body`.
 * @param contentLength `Content-Length` as received: what was declared to the edge is declared here too, unless a
 * proxy sends it in chunks of HTTP.
 */
export function planUnframing(
  verified: Verified,
  verifier: Verifier,
  contentLength: string | undefined,
): OpenUnframer | undefined {
  const { body, signature } = verified
  const plan = parseBodyPlan(body ?? '')
  if (!plan || !signature) return undefined
  const { length, size } = plan
  if (length !== undefined && contentLength !== undefined) {
    if (Number(contentLength) !== framedLength(length, size, signature.length)) return undefined
  }
  return (release) =>
    createUnframer({
      plan,
      signature,
      check: (parts, tag) => verifier.checkPart(verified, parts, tag),
      release,
    })
}
