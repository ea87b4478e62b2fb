/**
 * The second door: says of each request whether it came through the edge, unchanged, now, and once.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { formatAuthority } from '../signature/base.ts'
import { parseContentDigest } from '../signature/digest.ts'
import { type KeySet, parseKeySet } from '../signature/keys.ts'
import { CLOCK_SKEW, MAX_TTL } from '../signature/profile.ts'
import {
  type Accepted,
  acceptSigned,
  type ReadOptions,
  type Received,
  readSigned,
} from '../signature/verify.ts'
import { importOriginKey, type OriginKey } from './mac.ts'
import type { OriginFailure, Outcome, Refused, Verified } from './outcome.ts'
import { createRecorder, type DecisionRecord, type Recorder } from './record.ts'
import type { Claim, ReplayStore } from './replay.ts'
import { createMemoryReplayStore } from './replay-memory.ts'
import { createUnsignedTest, type UnsignedOptions } from './unsigned.ts'

export interface VerifierOptions {
  /** The origin's key set, or the text of `origin.jwks.json`. */
  readonly keys: KeySet | string
  /**
   * The hosts the edge forwards to, as they stand in `Host`; anything else is refused. Default: any. Set it
   * when several origins share keys: else what was signed for one can be sent to another.
   */
  readonly authority?: string | readonly string[]
  /** How the edge reaches this origin. With it, `Host` may or may not carry that scheme's default port. */
  readonly scheme?: 'http' | 'https'
  /** Seconds by which the clocks may differ, 0 to 30. Default 5. */
  readonly skew?: number
  /** Longest life of a signature in seconds, 1 to 60. Default 60. */
  readonly maxTtl?: number
  /**
   * What remembers nonces. Default: this process's memory, which suits one process; several need a shared
   * store, or a load balancer that hashes by nonce. `'accept-replays'` turns the check off.
   */
  readonly replay?: ReplayStore | 'accept-replays'
  readonly unsigned?: UnsignedOptions
  /** Largest covered body in bytes that is read to compare its digest. Default 1 MiB. */
  readonly maxDigestBody?: number
  /** Seconds since 1970. */
  readonly now?: () => number
  /** Called once per request. What it throws is dropped. */
  readonly onDecision?: (record: DecisionRecord) => void
}

export interface Verifier {
  /** Answers at once unless the replay store is asynchronous. Never throws and never rejects. */
  verify(received: Received): Outcome | Promise<Outcome>
  /**
   * The last check of a request whose `contentDigest` is set. `body` is all of the body, or why there is
   * none: larger than `maxDigestBody`, or lost on the way.
   */
  checkBody(verified: Verified, body: Uint8Array | 'too-large' | 'lost'): Verified | Refused
  readonly maxDigestBody: number
}

const MAX_DIGEST_BODY = 1_048_576

/** @throws TypeError or RangeError that says which option is wrong; never shows key material. */
export function createVerifier(options: VerifierOptions): Verifier {
  const now = options.now ?? (() => Date.now() / 1000)
  const checks = readChecks(options)
  const isUnsigned = createUnsignedTest(options.unsigned)
  const maxDigestBody = bound('maxDigestBody', options.maxDigestBody ?? MAX_DIGEST_BODY, 0, 1 << 30)
  const replay = options.replay ?? createMemoryReplayStore({ since: Math.floor(now()) - checks.skew })
  const recorder = createRecorder(options.onDecision)
  const { admit, refuse } = recorder

  return {
    maxDigestBody,
    verify(received) {
      const at = now()
      const prepared = readSigned(received, { ...checks, now: at })
      if (!prepared.ok) {
        if (prepared.failure !== 'unsigned' || !isUnsigned(received)) return refuse(at, prepared.failure)
        admit(at)
        return { ok: true, signed: false }
      }
      if (!prepared.key.check(prepared.base, prepared.signature)) return refuse(at, 'mac')
      const accepted = acceptSigned(prepared)
      if (!accepted.ok) return refuse(at, accepted.failure)
      const claim = claimOnce(replay, accepted, Math.floor(at))
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
  }
}

type ClaimResult = Claim | 'replay-store'

function settle(recorder: Recorder, at: number, accepted: Accepted, claim: ClaimResult): Outcome {
  if (claim !== 'fresh') return recorder.refuse(at, claim, accepted)
  // A covered body is not yet compared: `checkBody` writes the record.
  if (accepted.contentDigest === undefined) recorder.admit(at, accepted)
  return { ...accepted, signed: true }
}

/** A store that fails refuses the request: nobody can say whether it is a replay. */
function claimOnce(
  replay: ReplayStore | 'accept-replays',
  { nonce, created, expires }: Accepted,
  now: number,
): ClaimResult | Promise<ClaimResult> {
  if (replay === 'accept-replays') return 'fresh'
  try {
    const claim = replay.claim(nonce, created, expires, now)
    // Any thenable becomes a Promise, which is what callers look for.
    return typeof claim === 'string' ? claim : Promise.resolve(claim).catch(() => 'replay-store')
  } catch {
    return 'replay-store'
  }
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

function bound(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`)
}

function readChecks(options: VerifierOptions): Omit<ReadOptions<OriginKey>, 'now'> {
  const { authority, scheme } = options
  const keys = new Map(readKeys(options.keys).keys.map((key) => [key.kid, importOriginKey(key)]))
  const list = typeof authority === 'string' ? [authority] : authority
  if (list?.length === 0)
    throw new TypeError('authority is an empty list: name the hosts the edge forwards to')
  return {
    findKey: (keyid) => keys.get(keyid),
    skew: bound('skew', options.skew ?? CLOCK_SKEW, 0, 30),
    maxTtl: bound('maxTtl', options.maxTtl ?? MAX_TTL, 1, MAX_TTL),
    authorities: list && new Set(list.map((host) => formatAuthority(host, scheme))),
    scheme,
  }
}

function readKeys(keys: KeySet | string): KeySet {
  // Objects take the same way as text: a caller's own object may be anything.
  const result = parseKeySet(typeof keys === 'string' ? keys : (JSON.stringify(keys) ?? ''))
  if (result.ok) return result.keySet
  throw new TypeError(`keys: ${result.error.message}`)
}
