/**
 * What all queues of an isolate share: where shards are, the table, clocks, sums.
 * @module
 */
import type { Timer } from './deadline.ts'
import type { CounterShards, Report } from './exchange.ts'
import type { LeaseTable } from './lease-table.ts'
import type { Tuning } from './tuning.ts'

export interface QueuePorts {
  readonly shards: CounterShards
  readonly timer: Timer
  /** From 0 up to 1: spreads what isolates would otherwise do in the same moment. */
  readonly random: () => number
  readonly table: LeaseTable
  readonly tuning: Tuning
  readonly isolate: number
  readonly stats: QueueStats
  nextSeq(): number
  /** Milliseconds since the epoch; not before `least`, unless the clock has been set back. */
  time(least: number): number
  /** How often the clock has been set back. */
  setBacks(): number
  /** Longest refusal of any limit, in milliseconds. */
  longest(): number
  /** Told how much room the shard said there is when it had this report. */
  noteRoom(report: Report, room: number): void
}

/** Sums since creation. */
export interface QueueStats {
  /** Messages sent to shards, and reports in them. */
  calls: number
  reports: number
  /** Messages that were not answered well. */
  errors: number
  /** Defects of our own that were caught. */
  faults: number
}
