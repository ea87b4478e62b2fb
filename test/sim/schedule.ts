/**
 * Schedules of what can go wrong between isolates and a shard.
 * @module
 */
import type { Accuracy, OnError } from '../../src/bundle/model.ts'

export type Act =
  /** Requests of the one client, one after another, at one isolate; or at each of them with isolate -1. */
  | { readonly kind: 'requests'; readonly isolate: number; readonly count: number }
  /** The isolate is gone, and another with an empty memory in its place. */
  | { readonly kind: 'isolate restarts'; readonly isolate: number }
  /** Milliseconds by which a clock is set. */
  | { readonly kind: 'isolate clock'; readonly isolate: number; readonly by: number }
  | { readonly kind: 'shard clock'; readonly by: number }
  | { readonly kind: 'shard restarts'; readonly keeps: 'all' | 'written' | 'nothing' }

export interface Step {
  /** Milliseconds since the step before. */
  readonly wait: number
  readonly act: Act
}

/** Probabilities are for each message. */
export interface Weather {
  /** Milliseconds that a message is under way, at least and at most. Most are fast. */
  readonly fastest: number
  readonly slowest: number
  /** It does not come to the shard; its answer does not come back. */
  readonly lost: number
  readonly answerLost: number
  /** The sender learns of a loss at once, as an error; otherwise never. */
  readonly told: number
  /** It comes to the shard twice. */
  readonly twice: number
  /** The shard refuses to take it: overloaded. */
  readonly overloaded: number
}

export interface Schedule {
  readonly limit: number
  /** Seconds. */
  readonly period: number
  /** Seconds; 0 throttles. */
  readonly mitigation: number
  readonly accuracy: Accuracy
  readonly onError: OnError
  readonly isolates: number
  /** As in the limiter's tuning, for all modes. */
  readonly theta: number
  readonly grace: number
  /** Seed of the network's chance. */
  readonly seed: number
  readonly weather: Weather
  readonly steps: readonly Step[]
}
