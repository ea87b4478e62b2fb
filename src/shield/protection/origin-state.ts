/**
 * What an isolate knows of one origin.
 * @module
 */
import {
  type ConcurrencyLimit,
  type ConcurrencyOptions,
  createConcurrencyLimit,
} from './concurrency-limit.ts'
import { createInflight, type Inflight } from './inflight.ts'
import { createOriginCircuit, type OriginCircuit } from './origin-circuit.ts'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'

export interface OriginState {
  readonly limit: ConcurrencyLimit
  readonly inflight: Inflight
  readonly circuit: OriginCircuit
  readonly retries: RetryBudget
  /** Milliseconds since the epoch. */
  lastUse: number
}

/** @param now Milliseconds since the epoch. */
export function createOriginState(concurrency: ConcurrencyOptions, now: number): OriginState {
  return {
    limit: createConcurrencyLimit(concurrency),
    inflight: createInflight(Math.ceil(concurrency.max)),
    circuit: createOriginCircuit(),
    retries: createRetryBudget(now),
    lastUse: now,
  }
}
