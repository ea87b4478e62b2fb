/**
 * What the limits stage asks of the request it looks at, and what it answers.
 * @module
 */
import type { StageResult } from '../../http/decision.ts'
import type { Standing } from '../../http/rate-limit-fields.ts'
import type { ResponseFacts } from '../../http/rule-fields/rule-facts.ts'
import type { ChallengeLevel } from '../challenge/offer.ts'

/** The answers of the limits' expressions for one request, by the id of the limit. */
export interface LimitExpressions {
  /** Whether a limit's `expression` is about this request; true for limits without one. */
  matches(id: string): boolean
  /**
   * Whether this request counts: the limit's `counting_expression`; true for limits without one. Without a
   * response, only asked of those that do not look at it.
   */
  counts(id: string, response?: ResponseFacts): boolean
  /** Values of the characteristics that are expressions, in their order; `undefined` for a missing value. */
  values(id: string): readonly (string | undefined)[]
}

/** What a check may use of the request's surroundings. */
export interface LimitContext {
  /** Absent where nothing has expressions. */
  readonly expressions?: LimitExpressions
  /** Keeps work alive that goes on after the answer. */
  readonly keepAlive?: (work: Promise<unknown>) => void
  /**
   * What names the client's solved challenge of this level or a higher one, if it has one: it is counted anew by the
   * limits that ask for as much. Asked only when such a limit matches.
   */
  readonly clearance?: (level: ChallengeLevel) => string | undefined
  /** The route is under attack: fewer, larger questions. */
  readonly pressure?: boolean
}

/** A client that a limit has refused again: what may become a ban. */
export interface Offence {
  readonly rule: string
  readonly strikes: number
}

export interface LimitResult extends StageResult {
  /** Of the limit that refuses and of those that announce themselves, in their order; absent when there are none. */
  readonly standings?: readonly Standing[]
  readonly offence?: Offence
  /**
   * To be called once with what the client was answered, or without when there was no answer of the origin:
   * absent when nothing that matched counts by the response. Never throws.
   */
  readonly settle?: (answered: Answered | undefined, now: number) => void
}

export interface Answered {
  readonly response: ResponseFacts
  /** Whether the request was sent on to an origin, and not answered from a cache or by the gateway itself. */
  readonly fromOrigin: boolean
}
