/**
 * The numbers that leased counting runs on. They trade calls for closeness; `npm run sim` shows what each one does.
 * @module
 */
import type { CountingScope } from '../../bundle/model.ts'

export interface Tuning {
  /** Share of a limit that all isolates together may admit of a window without asking. */
  readonly theta: number
  /** The same for `relaxed` limits, and for all while a route is under attack. */
  readonly relaxedTheta: number
  /** Requests admitted while an answer for a key is on its way; at most 3. */
  readonly grace: number
  /** Isolates taken to share a limit until a shard has said how many there are. */
  readonly unheardIsolates: Readonly<Record<CountingScope, number>>
  /** Tokens asked for at first. */
  readonly firstWant: number
  /**
   * Milliseconds that a question which nobody waits for stays open for others to join, for periods of a minute and
   * more; and while under attack.
   */
  readonly batchMs: number
  readonly pressureBatchMs: number
  /** Exchanges with one shard that may follow one another at once. */
  readonly burst: number
  /** Milliseconds between exchanges after that: when nobody waits, and when somebody does. */
  readonly idleGapMs: number
  readonly waitGapMs: number
  /** Milliseconds after which an exchange counts as lost. */
  readonly giveUpMs: number
  /** Milliseconds for which a shard that answered too late is not waited for. */
  readonly slowMs: number
}

export const TUNING: Tuning = {
  theta: 0.5,
  relaxedTheta: 0.8,
  grace: 2,
  unheardIsolates: { colo: 8, region: 32, global: 128 },
  firstWant: 4,
  batchMs: 2500,
  pressureBatchMs: 5000,
  burst: 8,
  idleGapMs: 250,
  waitGapMs: 50,
  giveUpMs: 1000,
  slowMs: 1000,
}

/** Requests that may wait for the answer for one key, and keys that requests of an isolate may wait for at a shard. */
export const MAX_WAITERS = 64
export const MAX_WAITED_KEYS = 1024
/** Keys that may be waiting to be reported to one shard. */
export const MAX_QUEUED = 4096
/** Shards remembered; one is forgotten only while nothing is on its way to it. */
export const MAX_QUEUES = 4096
/** Keys that wait for another question to go along with: no more than one message takes. */
export const MAX_ASIDE = 256

/** Milliseconds that clocks of two requests may be out of order without meaning that the clock was set back. */
export const CLOCK_DISORDER = 50
/** Milliseconds by which tokens end earlier here than at the shard, so that disorder cannot make them outlive it. */
const LEASE_MARGIN = 200

/**
 * Milliseconds that granted tokens live, counted from the question.
 * @param period Seconds.
 */
export function leaseLife(period: number): number {
  return Math.min(10_000, Math.max(1000, (period * 1000) / 6)) - LEASE_MARGIN
}
