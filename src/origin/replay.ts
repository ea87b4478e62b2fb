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

/** `replay-store`: nobody can say. */
export type ClaimResult = Claim | 'replay-store'

/** Claims a nonce; a store that fails refuses the request, as nobody can say whether it is a replay. */
export function claimOnce(
  store: ReplayStore,
  { nonce, created, expires }: { readonly nonce: string; readonly created: number; readonly expires: number },
  now: number,
): ClaimResult | Promise<ClaimResult> {
  try {
    const claim = store.claim(nonce, created, expires, now)
    // Any thenable becomes a Promise, which is what callers look for.
    return typeof claim === 'string' ? claim : Promise.resolve(claim).catch(() => 'replay-store')
  } catch {
    return 'replay-store'
  }
}
