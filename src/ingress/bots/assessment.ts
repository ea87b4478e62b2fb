/**
 * What is known of the client behind a request: who it says it is, whether that is true, how contradictory it is.
 * @module
 */
import type { AgentModel } from '../../bundle/bots-model.ts'

/** How a claim was confirmed, best first. */
export type ProofMethod = 'web-bot-auth' | 'platform' | 'ranges' | 'dns'

/**
 * Whether the claim to be an agent is true. `pending`: the answer is on its way. `unverifiable`: the agent has no
 * means of proof, or none of its means can be asked now.
 */
export type Verdict =
  | { readonly kind: 'verified'; readonly method: ProofMethod }
  | { readonly kind: 'spoofed'; readonly method: ProofMethod }
  | { readonly kind: 'pending' | 'unverifiable' }

/** Who a request says it comes from. */
export interface Identity {
  /** It says that it is automated. */
  readonly declared: boolean
  /** The known agent that it names, or that has signed it. */
  readonly agent?: AgentModel
}

/** One sign of a program that pretends to be a browser, or of none at all. */
export interface Signal {
  /** `sec-fetch-missing`. */
  readonly id: string
  /** What it adds to the score. */
  readonly weight: number
}

export interface Assessment extends Identity {
  /** Of `agent`; absent without one. */
  readonly verdict?: Verdict
  /** The sum of the signals' weights, at most 100. */
  readonly score: number
  readonly signals: readonly Signal[]
  /** Name of the band that the score is in. */
  readonly band: string
}
