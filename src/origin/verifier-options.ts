/**
 * What a verifier is told, and the checks that follow from it.
 * @module
 */
import { formatAuthority } from '../signature/base.ts'
import type { KeySet } from '../signature/keys.ts'
import { CLOCK_SKEW, MAX_TTL } from '../signature/profile.ts'
import type { ReadOptions } from '../signature/verify.ts'
import { type KeySource, openKeys } from './key-source.ts'
import type { OriginKey } from './mac.ts'
import type { DecisionRecord } from './record.ts'
import type { ReplayStore } from './replay.ts'
import type { UnsignedOptions } from './unsigned.ts'

export interface VerifierOptions {
  /** The origin's key set, the text of `origin.jwks.json`, or a source of keys that may change. */
  readonly keys: KeySet | string | KeySource
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
  /**
   * True when whoever reads the body unwraps authenticated chunks, as this package's middleware does.
   * Default: such requests are refused.
   */
  readonly acceptBodyChunks?: boolean
  /** Seconds since 1970. */
  readonly now?: () => number
  /** Called once per request. What it throws is dropped. */
  readonly onDecision?: (record: DecisionRecord) => void
}

/** What `readSigned` is given; `now` is set before each request, so that no request makes it anew. */
export type Checks = Omit<ReadOptions<OriginKey>, 'now'> & { now: number }

const MAX_DIGEST_BODY = 1_048_576

function bound(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`)
}

/** @throws TypeError or RangeError that says which option is wrong; never shows key material. */
export function readOptions(options: VerifierOptions): {
  readonly checks: Checks
  readonly maxDigestBody: number
} {
  const { authority, scheme } = options
  const findKey = openKeys(options.keys)
  const list = typeof authority === 'string' ? [authority] : authority
  if (list?.length === 0)
    throw new TypeError('authority is an empty list: name the hosts the edge forwards to')
  return {
    checks: {
      findKey,
      now: 0,
      skew: bound('skew', options.skew ?? CLOCK_SKEW, 0, 30),
      maxTtl: bound('maxTtl', options.maxTtl ?? MAX_TTL, 1, MAX_TTL),
      authorities: list && new Set(list.map((host) => formatAuthority(host, scheme))),
      scheme,
      acceptBodyChunks: options.acceptBodyChunks === true,
    },
    maxDigestBody: bound('maxDigestBody', options.maxDigestBody ?? MAX_DIGEST_BODY, 0, 1 << 30),
  }
}
