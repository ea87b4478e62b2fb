/**
 * What an isolate runs: one object that is replaced as a whole, so that no request sees half of a change.
 * @module
 */
import type { Bundle } from './bundle.ts'
import type { KillSwitch } from './delivery.ts'

/** What stages are to be built from. */
export interface LinkRequest {
  readonly bundle: Bundle
  readonly kill: readonly KillSwitch[]
  /** A shadow decides nothing: it must touch nothing that others share. */
  readonly role: 'serve' | 'shadow'
}

/** A policy that was linked, with the name it has in records. */
export interface LinkedVersion<L> {
  readonly version: string
  readonly linked: L
}

export type LiveRollout<L> =
  | { readonly mode: 'shadow'; readonly candidate: LinkedVersion<L> }
  | {
      readonly mode: 'percent'
      readonly candidate: LinkedVersion<L>
      readonly percent: number
      readonly salt: string
    }

export interface LivePolicy<L> {
  /** Of the pointer it came with; 0 is the baseline. */
  readonly serial: number
  readonly source: 'kv' | 'baseline'
  /** Seconds since the epoch; absent for the baseline. */
  readonly issuedAt?: number
  readonly active: LinkedVersion<L>
  readonly rollout?: LiveRollout<L>
  readonly kill: readonly KillSwitch[]
}
