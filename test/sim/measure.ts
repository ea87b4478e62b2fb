/**
 * The figures of a run, in the terms of the table in docs/limits-bound.md.
 * @module
 */
import { type ExactTerms, findPeak, judgeExactly } from './exact-log.ts'
import { ADMITTED, REFUSED, type RunLog } from './run-log.ts'
import type { Traffic } from './traffic.ts'

export interface Figures {
  readonly requests: number
  /** Calls for 1,000 requests. */
  readonly calls: number
  /** Reports about sources of the attack for 1,000 of its requests; NaN without an attack. */
  readonly attackReports: number
  /**
   * What clients that go over the limit were let through beyond what an exact log lets them, in percent.
   * NaN when none goes over it.
   */
  readonly over: number
  /** Most requests of one client let through in any one period, as a multiple of the limit. */
  readonly peak: number
  /** Percent of the requests of clients that keep to the limit which were refused all the same. */
  readonly falseBlocks: number
  /** Percent of the requests that waited for a shard. */
  readonly waits: number
  /**
   * Milliseconds, median and 99th percentile, from a client's first excess until nothing of it passes: of the
   * sources of the attack, or of all clients when there is none.
   */
  readonly block50: number
  readonly block99: number
  readonly overloads: number
  readonly undecided: number
}

/**
 * Milliseconds after the first excess in which the last request let through counts for the time to block, at most.
 * Refusals end some time, and what passes then is no sign of a late one.
 */
export const BLOCK_HORIZON = 30_000

export function measure(traffic: Traffic, log: RunLog, terms: ExactTerms): Figures {
  const sums = { admitted: 0, exact: 0, peak: 0, refused: 0, compliant: 0 }
  const delays: number[] = []
  const attacks = countAttacks(traffic)
  eachClient(traffic, (requests, client) => {
    if (requests.length <= Math.min(terms.limit, sums.peak)) {
      // Too few to be over the limit, or the peak.
      sums.compliant += requests.length
      sums.refused += countRefused(requests, log)
      return
    }
    const times = Float64Array.from(requests, (request) => traffic.times[request] as number)
    const { admitted, violatedAt } = judgeExactly(times, terms)
    const passed = collectPassed(requests, log)
    sums.peak = Math.max(sums.peak, findPeak(passed, terms.period))
    if (violatedAt < 0) {
      sums.compliant += requests.length
      sums.refused += countRefused(requests, log)
      return
    }
    sums.admitted += passed.length
    sums.exact += admitted
    if (terms.mitigation > 0 && (attacks === 0 || client >= traffic.visitors))
      delays.push(findDelay(passed, violatedAt, terms.mitigation))
  })
  delays.sort((a, b) => a - b)
  const { count } = traffic
  return {
    requests: count,
    calls: (log.calls / count) * 1000,
    attackReports: attacks > 0 ? (log.attackReports / attacks) * 1000 : Number.NaN,
    over: sums.exact > 0 ? (sums.admitted / sums.exact - 1) * 100 : Number.NaN,
    peak: sums.peak / terms.limit,
    falseBlocks: sums.compliant > 0 ? (sums.refused / sums.compliant) * 100 : 0,
    waits: (countWaits(traffic, log) / count) * 100,
    block50: pickQuantile(delays, 0.5),
    block99: pickQuantile(delays, 0.99),
    overloads: log.overloads,
    undecided: log.outcome.reduce((sum, outcome) => sum + (outcome === 0 ? 1 : 0), 0),
  }
}

/** Calls back with the requests of each client that sent any, in the order of time. */
function eachClient(
  { count, clients, clientCount }: Traffic,
  take: (requests: Int32Array, client: number) => void,
): void {
  const ends = new Int32Array(clientCount + 1)
  for (const client of clients) ends[client + 1] = (ends[client + 1] as number) + 1
  for (let client = 0; client < clientCount; client++)
    ends[client + 1] = (ends[client + 1] as number) + (ends[client] as number)
  const sorted = new Int32Array(count)
  const next = ends.slice()
  for (let request = 0; request < count; request++) {
    const client = clients[request] as number
    const slot = next[client] as number
    sorted[slot] = request
    next[client] = slot + 1
  }
  for (let client = 0; client < clientCount; client++) {
    const requests = sorted.subarray(ends[client], ends[client + 1])
    if (requests.length > 0) take(requests, client)
  }
}

function countRefused(requests: Int32Array, log: RunLog): number {
  let refused = 0
  for (const request of requests) if (log.outcome[request] === REFUSED) refused++
  return refused
}

function collectPassed(requests: Int32Array, log: RunLog): Float64Array {
  const passed = requests.filter((request) => log.outcome[request] === ADMITTED)
  return Float64Array.from(passed, (request) => log.decidedAt[request] as number).sort()
}

function findDelay(passed: Float64Array, violatedAt: number, mitigation: number): number {
  const horizon = violatedAt + Math.min(BLOCK_HORIZON, mitigation / 2)
  const last = passed.findLast((at) => at <= horizon) ?? violatedAt
  return Math.max(0, last - violatedAt)
}

function countWaits({ times }: Traffic, { decidedAt }: RunLog): number {
  let waits = 0
  for (const [request, at] of times.entries()) if ((decidedAt[request] as number) > at) waits++
  return waits
}

function countAttacks({ clients, visitors }: Traffic): number {
  let attacks = 0
  for (const client of clients) if (client >= visitors) attacks++
  return attacks
}

function pickQuantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
}
