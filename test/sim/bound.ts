/**
 * How much a limit can let through of one key in one window, whatever happens. docs/limits-bound.md says why.
 * @module
 */
import type { Accuracy, OnError } from '../../src/bundle/model.ts'
import { TUNING } from '../../src/ingress/limits/tuning.ts'

export interface BoundTerms {
  readonly limit: number
  /** Isolates that see the key. */
  readonly isolates: number
  /** Share of the limit that may be admitted without asking. */
  readonly theta?: number
  readonly grace?: number
  readonly mode: Accuracy
}

export function thetaOf(mode: Accuracy): number {
  return mode === 'relaxed' ? TUNING.relaxedTheta : TUNING.theta
}

/** Requests that one isolate admits of a window without asking. */
export function findAllowance({ limit, isolates, mode, theta = thetaOf(mode) }: BoundTerms): number {
  return Math.floor((theta * limit) / isolates)
}

/**
 * What one isolate may let through beyond the limit: its allowance, its grace, and a token. One that never lets a
 * request wait may let through its share of the limit instead.
 */
export function findSlack(terms: BoundTerms): number {
  const { limit, isolates, grace = TUNING.grace, mode } = terms
  if (mode === 'strict') return 0
  const unasked = findAllowance(terms) + grace
  return (mode === 'relaxed' ? Math.max(unasked, Math.ceil(limit / isolates)) : unasked) + 1
}

/** @param known Isolates that each takes there to be. */
export function findBound(terms: BoundTerms, known: number = terms.isolates): number {
  return terms.limit + terms.isolates * findSlack({ ...terms, isolates: known })
}

/** What one isolate may let through in addition while it cannot reach its shard, by `on_error`. */
export function findFailureTerm(limit: number, isolates: number, onError: OnError): number {
  if (onError === 'closed') return 0
  return onError === 'open' ? limit : Math.ceil(limit / isolates)
}
