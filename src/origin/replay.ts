/**
 * What remembers nonces, so that a signed request passes once.
 * @module
 */

/**
 * - `fresh`: not seen before, and from now on seen.
 * - `replayed`: seen before.
 * - `too-old`: the store no longer knows; treated as a replay, never as fresh.
 */
export type Claim = 'fresh' | 'replayed' | 'too-old'

export interface ReplayStore {
  /**
   * Claims a nonce in one indivisible step. All times are seconds since 1970; `created` and `expires` are
   * the signature's, already checked. A store that cannot be reached answers `too-old` or rejects: both
   * refuse the request.
   */
  claim(nonce: string, created: number, expires: number, now: number): Claim | Promise<Claim>
}
