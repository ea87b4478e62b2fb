/**
 * What became of each request, and what it took.
 * @module
 */
import type { Traffic } from './traffic.ts'

export interface RunLog {
  /** By request: 1 let through, 2 refused; 0 not decided. */
  readonly outcome: Uint8Array
  /** By request: milliseconds from the beginning. */
  readonly decidedAt: Float64Array
  /** Messages from isolates to shards, and those that were about a source of the attack. */
  calls: number
  /** Counts of keys in messages, in all and about sources of the attack. */
  reports: number
  attackReports: number
  /** Calls that a shard did not take. */
  overloads: number
  /** Rows that shards wrote, and milliseconds that they ran or waited for a timer. */
  rows: number
  awake: number
}

export const ADMITTED = 1
export const REFUSED = 2

export function createRunLog({ count }: Traffic): RunLog {
  return {
    outcome: new Uint8Array(count),
    decidedAt: new Float64Array(count),
    calls: 0,
    reports: 0,
    attackReports: 0,
    overloads: 0,
    rows: 0,
    awake: 0,
  }
}

export function decide(log: RunLog, request: number, admitted: boolean, now: number): void {
  log.outcome[request] = admitted ? ADMITTED : REFUSED
  log.decidedAt[request] = now
}
