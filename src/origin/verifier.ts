/**
 * The second door: says of each request whether it came through the edge, unchanged, now, and once.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { parseContentDigest } from '../signature/digest.ts'
import { type Accepted, acceptSigned, type Received, readSigned } from '../signature/verify.ts'
import type { OriginKey } from './mac.ts'
import type { OriginFailure, Outcome, Refused, Verified } from './outcome.ts'
import { createRecorder, type Recorder } from './record.ts'
import { type ClaimResult, claimOnce, type ReplayStore } from './replay.ts'
import { createMemoryReplayStore } from './replay-memory.ts'
import { createUnsignedTest } from './unsigned.ts'
import { readOptions, type VerifierOptions } from './verifier-options.ts'

export type { VerifierOptions } from './verifier-options.ts'

export interface Verifier {
  /** Answers at once unless the replay store is asynchronous. Never throws and never rejects. */
  verify(received: Received): Outcome | Promise<Outcome>
  /**
   * The last check of a request whose `contentDigest` is set. `body` is all of the body, or why there is
   * none: larger than `maxDigestBody`, or lost on the way.
   */
  checkBody(verified: Verified, body: Uint8Array | 'too-large' | 'lost'): Verified | Refused
  /**
   * Checks a part of a body that comes in authenticated chunks, with the key that signed its request, even
   * if that key has been retired since. `verified` is the object that `verify` gave.
   */
  checkPart(verified: Verified, parts: readonly Uint8Array[], tag: Uint8Array): boolean
  /** Writes the record of a body that failed after its request was admitted. */
  refuseBody(verified: Verified, failure: 'body-chunks' | 'body-size' | 'body-lost'): Refused
  readonly maxDigestBody: number
}

/** @throws TypeError or RangeError that says which option is wrong; never shows key material. */
export function createVerifier(options: VerifierOptions): Verifier {
  const now = options.now ?? (() => Date.now() / 1000)
  const { checks, maxDigestBody } = readOptions(options)
  const isUnsigned = createUnsignedTest(options.unsigned)
  const replay = openReplay(options.replay, Math.floor(now()))
  const recorder = createRecorder(options.onDecision)
  const { admit, refuse } = recorder
  const bodyKeys = new WeakMap<Accepted, OriginKey>()

  return {
    maxDigestBody,
    verify(received) {
      const at = now()
      checks.now = at
      const prepared = readSigned(received, checks)
      if (!prepared.ok) {
        if (prepared.failure !== 'unsigned' || !isUnsigned(received)) return refuse(at, prepared.failure)
        admit(at)
        return { ok: true, signed: false }
      }
      if (!prepared.key.check(prepared.base, prepared.signature)) return refuse(at, 'mac')
      const accepted = acceptSigned(prepared)
      if (!accepted.ok) return refuse(at, accepted.failure)
      if (accepted.body !== undefined) bodyKeys.set(accepted, prepared.key)
      const claim = replay ? claimOnce(replay, accepted, Math.floor(at)) : 'fresh'
      if (claim instanceof Promise) return claim.then((result) => settle(recorder, at, accepted, result))
      return settle(recorder, at, accepted, claim)
    },
    checkBody(verified, body) {
      const at = now()
      const failure = compareBody(verified.contentDigest, body)
      if (failure) return refuse(at, failure, verified)
      admit(at, verified)
      return verified
    },
    checkPart: (verified, parts, tag) => bodyKeys.get(verified)?.checkParts(parts, tag) ?? false,
    refuseBody: (verified, failure) => refuse(now(), failure, verified),
  }
}

function openReplay(replay: VerifierOptions['replay'], since: number): ReplayStore | undefined {
  return replay === 'accept-replays' ? undefined : (replay ?? createMemoryReplayStore({ since }))
}

function settle(recorder: Recorder, at: number, accepted: Accepted, claim: ClaimResult): Outcome {
  if (claim !== 'fresh') return recorder.refuse(at, claim, accepted)
  // A covered body is not yet compared: `checkBody` writes the record.
  if (accepted.contentDigest === undefined) recorder.admit(at, accepted)
  return accepted
}

function compareBody(
  digest: string | undefined,
  body: Uint8Array | 'too-large' | 'lost',
): OriginFailure | undefined {
  if (body === 'too-large') return 'body-size'
  if (body === 'lost') return 'body-lost'
  const expected = parseContentDigest(digest ?? '')
  const actual = createHash('sha256').update(body).digest()
  return expected && timingSafeEqual(expected, actual) ? undefined : 'body-digest'
}
