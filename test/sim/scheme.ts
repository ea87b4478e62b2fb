/**
 * A way of limiting, and the world it is tried in.
 * @module
 */
import type { Uniform } from './chance.ts'
import type { EventQueue } from './event-queue.ts'
import type { NetworkOptions } from './network.ts'
import type { RunLog } from './run-log.ts'
import type { Scenario } from './scenarios.ts'
import type { Traffic } from './traffic.ts'

export interface World {
  readonly scenario: Scenario
  readonly traffic: Traffic
  readonly queue: EventQueue
  readonly log: RunLog
  readonly network: NetworkOptions
  /** Chance for the scheme and the network. */
  readonly uniform: Uniform
}

export interface Trial {
  /** Takes a request at its time; its outcome goes to the log, now or later. */
  arrive(request: number): void
  /**
   * Resolves when all promises that were kept have had their say; absent when there is nothing to wait for.
   * Called after each thing that happens.
   */
  readonly settle?: () => Promise<void> | undefined
  /** Called when all is over. Throws when the scheme has broken down, so that its figures mean nothing. */
  readonly finish?: () => void
}

export interface Scheme {
  readonly id: string
  readonly title: string
  readonly start: (world: World) => Trial
}
