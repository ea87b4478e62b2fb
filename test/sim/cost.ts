/**
 * What counting costs in money, for a number of requests and the prices of a plan.
 * @module
 */

/** US dollars. The defaults are Cloudflare's list prices of the paid plan beyond what it includes. */
export interface Prices {
  /** For a million. */
  readonly requests: number
  /** For a million milliseconds of CPU time. */
  readonly cpu: number
  /** For a million calls of Durable Objects. */
  readonly calls: number
  /** For a million GB-seconds of Durable Objects that run or wait for a timer; each is billed as 128 MB. */
  readonly duration: number
  /** For a million rows written by Durable Objects. */
  readonly rows: number
  /** For a million reads of KV. */
  readonly kvReads: number
}

export const PRICES: Prices = {
  requests: 0.3,
  cpu: 0.02,
  calls: 0.15,
  duration: 12.5,
  rows: 1,
  kvReads: 0.5,
}

/** What 1,000 requests take. */
export interface Usage {
  readonly calls: number
  /** Seconds that Durable Objects run, or wait for a timer. */
  readonly awake: number
  readonly rows: number
  readonly kvReads: number
}

export interface Cost {
  /** The Worker itself, which is there with and without counting. */
  readonly worker: number
  readonly calls: number
  readonly duration: number
  readonly rows: number
  readonly kvReads: number
  /** All of the above but the Worker. */
  readonly counting: number
}

const GIGABYTES = 0.128
const MILLION = 1e6

/** @param cpu Milliseconds of the Worker's CPU time for a request. */
export function estimateCost(requests: number, cpu: number, usage: Usage, prices: Prices = PRICES): Cost {
  const thousands = requests / 1000
  const calls = ((usage.calls * thousands) / MILLION) * prices.calls
  const duration = ((usage.awake * thousands * GIGABYTES) / MILLION) * prices.duration
  const rows = ((usage.rows * thousands) / MILLION) * prices.rows
  const kvReads = ((usage.kvReads * thousands) / MILLION) * prices.kvReads
  return {
    worker: (requests / MILLION) * prices.requests + ((requests * cpu) / MILLION) * prices.cpu,
    calls,
    duration,
    rows,
    kvReads,
    counting: calls + duration + rows + kvReads,
  }
}

/** Seconds that an object is busy with one call. */
const CALL_TIME = 0.001

/** A call of a Durable Object for each request; what it counts stays in memory, or is written as a row. */
export function usageOfNaive(written: boolean): Usage {
  return { calls: 1000, awake: 1000 * CALL_TIME, rows: written ? 1000 : 0, kvReads: 0 }
}

export const USAGE_OF_KV: Usage = { calls: 0, awake: 0, rows: 0, kvReads: 1000 }

/** Leased counting of which only the calls are known: rows and timers are left out. */
export function usageOfCalls(calls: number): Usage {
  return { calls, awake: calls * CALL_TIME, rows: 0, kvReads: 0 }
}

export interface Part {
  readonly share: number
  readonly usage: Usage
}

/** Usage of traffic that is made of parts, by their share of the requests; shares need not add up to one. */
export function mixUsage(parts: readonly Part[]): Usage {
  const total = parts.reduce((sum, { share }) => sum + share, 0)
  const mean = (pick: (usage: Usage) => number): number =>
    parts.reduce((sum, { share, usage }) => sum + (share / total) * pick(usage), 0)
  return {
    calls: mean(({ calls }) => calls),
    awake: mean(({ awake }) => awake),
    rows: mean(({ rows }) => rows),
    kvReads: mean(({ kvReads }) => kvReads),
  }
}

export function renderCosts(requests: number, costs: readonly (readonly [string, Cost])[]): string {
  const dollars = (value: number): string =>
    value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value.toPrecision(3)
  const rows = costs.map(([name, { worker, calls, duration, rows, kvReads, counting }]) =>
    [
      name,
      ...[worker, calls, duration, rows, kvReads, counting, (counting / requests) * MILLION].map(dollars),
    ].join(' | '),
  )
  return [
    `$ for ${requests.toLocaleString('en')} requests`,
    '',
    '| counting | Worker | calls | duration | rows | KV reads | all counting | per million requests |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}
