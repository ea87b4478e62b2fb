/**
 * Challenges without a memory: what was asked of whom until when travels with the client under a code of ours.
 *
 * This proves that a client runs our script and spends some time, no more: a person is not told from a
 * determined program. A solution can be shown again while its token lives, by the same client, which gains it
 * nothing but the clearance that it has: the same one, as limits count anew for each.
 * @module
 */
import type { ChallengeKind } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { bindingOf } from './binding.ts'
import { type Clearances, createClearances } from './clearance.ts'
import { createMac } from './mac.ts'
import { DIFFICULTY, isSolution } from './proof.ts'

/** Where solutions are sent. */
export const CHALLENGE_PATH = '/.sallyport/challenge'

/** Seconds within which a challenge must be solved. */
export const TOKEN_LIFE = 300

export interface IssuedChallenge {
  /** ASCII letters, digits and dots. */
  readonly token: string
  /** Zero bits to find. */
  readonly bits: number
}

export type Redeemed =
  /** `cookie` is the value of a Set-Cookie field. */
  { readonly ok: true; readonly cookie: string } | { readonly ok: false; readonly why: RedeemFailure }

/** Not a token at all; not one that we made for this client; too late; not solved. */
export type RedeemFailure = 'malformed' | 'forged' | 'expired' | 'unsolved'

export interface Challenge extends Pick<Clearances, 'isCleared' | 'clearanceOf'> {
  /** @param salt Letters and digits drawn at random, at most 64. */
  issue(facts: RequestFacts, kind: ChallengeKind, salt: string, now: number): IssuedChallenge
  redeem(facts: RequestFacts, token: string, solution: string, now: number): Redeemed
}

const TOKEN = /^(1\.([0-9a-z]{5,8})\.([0-9]{1,2})\.[A-Za-z0-9_-]{1,64})\.([0-9a-f]{32})$/

/** @param secret The edge's secret, the same in every isolate: 16 bytes or more. */
export function createChallenge(secret: Uint8Array): Challenge {
  const mac = createMac(secret, 'challenge')
  const clearances = createClearances(secret)
  return {
    isCleared: clearances.isCleared,
    clearanceOf: clearances.clearanceOf,
    issue(facts, kind, salt, now) {
      const bits = DIFFICULTY[kind]
      const payload = `1.${(Math.floor(now / 1000) + TOKEN_LIFE).toString(36)}.${bits}.${salt}`
      return { token: `${payload}.${mac.sign([payload, ...bindingOf(facts)])}`, bits }
    },
    redeem(facts, token, solution, now) {
      const [, payload, expires, bits, code] = TOKEN.exec(token) ?? []
      if (payload === undefined || expires === undefined || code === undefined) return failed('malformed')
      // The code first: what is not ours is told nothing else, and costs no more than a hash.
      if (!mac.verify([payload, ...bindingOf(facts)], code)) return failed('forged')
      const expiry = Number.parseInt(expires, 36)
      const left = expiry - now / 1000
      if (left <= 0 || left > TOKEN_LIFE) return failed('expired')
      if (!isSolution(token, solution, Number(bits))) return failed('unsolved')
      return { ok: true, cookie: clearances.grant(facts, expiry - TOKEN_LIFE, now) }
    },
  }
}

function failed(why: RedeemFailure): Redeemed {
  return { ok: false, why }
}
