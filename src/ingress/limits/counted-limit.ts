/**
 * What counting needs to know of a limit, for one of the keys that it counts by.
 * @module
 */
import type { LimitModel, OnError } from '../../bundle/model.ts'
import type { Terms } from './exchange.ts'
import { createReservations, type Reservations } from './reservations.ts'
import { leaseLife, type Tuning } from './tuning.ts'

export interface CountedLimit {
  readonly terms: Terms
  /** Milliseconds that granted tokens live. */
  readonly lease: number
  /** Longest refusal in milliseconds. */
  readonly longest: number
  /** Milliseconds that a request waits for an answer. */
  readonly timeout: number
  readonly onError: OnError
  /** A request waits for its token; otherwise it may be admitted on an allowance. */
  readonly isStrict: boolean
  readonly isRelaxed: boolean
  /** Requests may wait for an answer; not where what the limit says is only recorded. */
  readonly waits: boolean
  /** Where it is strict, and the answer says whether a request counts. */
  readonly reservations: Reservations | undefined
}

/** Whether it is known only when a request has been answered how much it counts. */
export function isDeferred({ counting, requests_to_origin, score_header }: LimitModel): boolean {
  return counting?.readsResponse === true || requests_to_origin || score_header !== undefined
}

/** The highest limit that shards take. */
const MAX_LIMIT = 100_000_000

/**
 * @param factor How many times the limit the key may use: networks may use more than a client.
 * @param exact Whether to hold every limit strictly, as the shards answer at once.
 */
export function countLimit(model: LimitModel, factor: number, exact: boolean): CountedLimit {
  const { period, escalate, accuracy } = model
  const mitigation = model.action === 'throttle' ? 0 : model.mitigation_timeout
  const isOnlyRecorded = model.mode !== 'enforce' || model.action === 'log'
  // To wait for what refuses nobody would cost clients time for a note.
  const isStrict = exact || (accuracy === 'strict' && !isOnlyRecorded)
  const isProvisional = isStrict && isDeferred(model)
  const longest = Math.max(mitigation, escalate?.max ?? 0)
  return {
    terms: {
      period,
      limit: Math.min(MAX_LIMIT, model.requests_per_period * factor),
      mitigation,
      factor: escalate?.factor ?? 1,
      longest,
      strict: isStrict,
      ...(isProvisional ? { provisional: true } : {}),
    },
    lease: leaseLife(period),
    longest: mitigation > 0 ? longest * 1000 : period * 2000,
    timeout: model.timeout_ms,
    onError: model.on_error,
    isStrict,
    isRelaxed: accuracy === 'relaxed' && !exact,
    waits: exact || (!isOnlyRecorded && accuracy !== 'relaxed'),
    reservations: isProvisional ? createReservations() : undefined,
  }
}

/** Requests that may pass while an answer is on its way: none where each has to have its token. */
export function graceOf({ isStrict }: CountedLimit, { grace }: Tuning): number {
  return isStrict ? 0 : grace
}
