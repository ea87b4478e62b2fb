/**
 * What a limit asks of whoever counts, and what it is told.
 *
 * An answer may be at hand or on its way, hit by hit: a table answers at once, a shard answers later, and
 * counters that spend leased tokens do both in one call. A rejected promise means "cannot be counted now";
 * the limiter then does what the limit's `on_error` says.
 * @module
 */

/** One request against one limit. */
export interface Hit {
  /** 16 lower-case hex digits: keyed hash of the limit's id and the client's characteristics. No raw values. */
  readonly key: string
  /** Seconds. */
  readonly period: number
  readonly requests_per_period: number
  /** Seconds a client stays refused; 0 refuses only while its rate is over the limit. */
  readonly mitigation_timeout: number
}

export interface Count {
  readonly allowed: boolean
  /** Milliseconds since the epoch, on the counter's clock, when a refusal ends; 0 when allowed. */
  readonly until: number
  /** Requests that would be allowed right after this one; 0 when refused. */
  readonly remaining: number
}

export interface Counters {
  /** Number of parts that fail on their own; at least 1. */
  readonly shards: number
  /** The part that counts `key`, below `shards`. */
  shardOf(key: string): number
  /**
   * Counts every hit once and answers in the same order.
   * @param now Milliseconds since the epoch. Counters with a clock of their own may use that one instead.
   */
  hit(hits: readonly Hit[], now: number): readonly (Count | Promise<Count>)[]
}

/** Most hits in one call to one shard. */
export const MAX_HITS = 32
/** Longest `period`, in seconds: one day, as Cloudflare's. */
export const MAX_PERIOD = 86_400
/** Longest `mitigation_timeout`, in seconds: one week. */
export const MAX_MITIGATION = 604_800
/** Highest `requests_per_period`; times the longest period in milliseconds it is still an exact integer. */
export const MAX_REQUESTS = 100_000_000

const KEY = /^[0-9a-f]{16}$/

const isWithin = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most

/**
 * Says what is wrong with hits that came over a wire, or `undefined` when nothing is.
 * The message names the field and its bounds, never a value.
 */
export function findBadHit(hits: unknown): string | undefined {
  if (!Array.isArray(hits)) return 'hits must be an array'
  if (hits.length > MAX_HITS) return `at most ${MAX_HITS} hits go into one call`
  for (const [index, hit] of (hits as Partial<Hit>[]).entries()) {
    const fault = describeFault(hit)
    if (fault !== undefined) return `hits[${index}]: ${fault}`
  }
  return undefined
}

function describeFault(hit: Partial<Hit> | null | undefined): string | undefined {
  if (typeof hit !== 'object' || hit === null) return 'must be an object'
  if (typeof hit.key !== 'string' || !KEY.test(hit.key)) return 'key must be 16 lower-case hex digits'
  if (!isWithin(hit.period, 1, MAX_PERIOD)) return `period must be whole seconds from 1 to ${MAX_PERIOD}`
  if (!isWithin(hit.requests_per_period, 1, MAX_REQUESTS)) {
    return `requests_per_period must be a whole number from 1 to ${MAX_REQUESTS}`
  }
  if (!isWithin(hit.mitigation_timeout, 0, MAX_MITIGATION)) {
    return `mitigation_timeout must be whole seconds from 0 to ${MAX_MITIGATION}`
  }
  return undefined
}
