/**
 * What an isolate and a counter shard tell one another: one message there, one back, for many keys at once.
 *
 * A report is state, not a change: how many requests this isolate has let through in a window, and how many
 * of its tokens it still counts on. The one with the highest `seq` is true, so that a message that comes twice,
 * late or out of order does no harm, and a shard that has lost its memory learns it again. Every time span
 * travels as milliseconds from now, since the two clocks need not agree.
 * @module
 */

/** What counting needs to know of a limit. Sent along, so that shards hold no policy. */
export interface Terms {
  /** Seconds. */
  readonly period: number
  /** Requests, or points, that pass in one period. */
  readonly limit: number
  /** Seconds a client stays refused; 0 refuses only while its rate is over the limit. */
  readonly mitigation: number
  /** Each further refusal of the same key lasts this many times as long, up to `longest` seconds; 1: none. */
  readonly factor: number
  readonly longest: number
  /** A granted token counts as used at once: exact, at the price of one call for each request. */
  readonly strict: boolean
  /**
   * Whether a used token counts is known only when the request has been answered: those on their way are reported as
   * held, and are no reason to refuse, only to wait. Left out: no.
   */
  readonly provisional?: boolean
}

/** One key of one limit, as one isolate knows it. */
export interface Report {
  /** Keyed 64-bit hash of the limit's id and the client's characteristics. No raw values leave an isolate. */
  readonly hi: number
  readonly lo: number
  readonly terms: Terms
  /** The window's number: see `windowOf`. */
  readonly window: number
  /** Let through in that window by this isolate, and in the window before it. */
  readonly used: number
  readonly before: number
  /** When the first of each of these came: whole parts of its window, from 0 to BEGAN_PARTS − 1. */
  readonly began: number
  readonly beganBefore: number
  /** Tokens granted for that window that this isolate has not used and still may. */
  readonly held: number
  /** Tokens asked for; 0 only reports. */
  readonly want: number
}

export interface Exchange {
  /** Number of the isolate: random, below 2⁵³. */
  readonly isolate: number
  /** Rises by one with each new message to any shard; a message sent again keeps its number. */
  readonly seq: number
  /** The `cursor` of the last settlement from this shard; 0 at first. */
  readonly since: number
  readonly reports: readonly Report[]
}

/** In the order of the reports. */
export interface Answer {
  /**
   * Tokens for the report's window, to be added to those held. 0 without a refusal: there are none at the moment,
   * as others hold what is left, or the report was not the newest.
   */
  readonly grant: number
  /** Milliseconds for which the key is refused; 0: it is not. */
  readonly refusedFor: number
  /** How often the key has been refused lately, this time included; 0 when it is not. */
  readonly strikes: number
  /** The limit less what is known to be used of it, tokens not counted unless the limit is strict; never below 0. */
  readonly room: number
}

/** A refusal of a key that this isolate may not have asked about. */
export interface Verdict {
  readonly hi: number
  readonly lo: number
  readonly refusedFor: number
  readonly strikes: number
}

export interface Settlement {
  readonly answers: readonly Answer[]
  /** Isolates that have lately reported to this shard, at least 1. */
  readonly isolates: number
  /** Refusals newer than `since`, the oldest first; what is too much for one settlement comes with the next. */
  readonly verdicts: readonly Verdict[]
  /** To be sent as the next `since`. Names the shard's life too: one that was lost means "all again". */
  readonly cursor: number
}

/** Where counters are. An answer may be at hand, as in tests and replays, or on its way. */
export interface CounterShards {
  /**
   * Exchanges with the shard of that name. Rejects, or throws, when it cannot be reached; never answers fewer
   * reports than were sent.
   * @param shard As `nameShard` makes it.
   * @param now Milliseconds since the epoch. Shards with a clock of their own use that one instead.
   */
  exchange(shard: string, message: Exchange, now: number): Settlement | Promise<Settlement>
}

/** Parts of a window that tell when the first request came. */
export const BEGAN_PARTS = 256
/** Most reports in one message. */
export const MAX_REPORTS = 256
/** Most verdicts in one settlement. */
export const MAX_VERDICTS = 256
/** Most tokens asked for at once. */
export const MAX_WANT = 64

/**
 * The number of the window that `now` lies in. Windows of different keys begin at different times, so that not
 * all clients start anew in the same moment: that of a key is moved by a share of the period that its hash gives.
 * @param period Seconds.
 */
export function windowOf(lo: number, now: number, period: number): number {
  return Math.floor((now + phaseOf(lo, period)) / (period * 1000))
}

/** Milliseconds by which a key's windows begin before the multiples of the period. */
export function phaseOf(lo: number, period: number): number {
  return Math.floor((lo / 0x1_0000_0000) * period * 1000)
}
