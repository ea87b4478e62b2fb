/**
 * What has been solved, and on what terms that is good.
 * @module
 */
import type { Network } from './binding.ts'
import type { ChallengeLevel, Offer } from './offer.ts'

export interface ClearanceTerms {
  /** Seconds that a clearance of each level is good for. */
  readonly life: Readonly<Record<ChallengeLevel, number>>
  /** Seconds that it lives with all renewals. */
  readonly maxLife: number
  /** `none`, partitioned, where the site is embedded in others. */
  readonly sameSite: 'lax' | 'none'
  /** Autonomous systems of relays. */
  readonly relays: ReadonlySet<number>
}

/** What has been solved. */
export interface Grant {
  readonly level: ChallengeLevel
  readonly method: Offer['method']
  /** 8 bytes. */
  readonly id: Uint8Array
  /** The network that asked for the challenge, hashed with the keys of this number. */
  readonly asked: { readonly network: Network; readonly kid: number }
  /** Nobody could say whether the solution was used before: the clearance is a short one. */
  readonly isBrief: boolean
}
