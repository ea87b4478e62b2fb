/**
 * The rules at work on one request: what has been skipped and edited so far.
 * @module
 */
import type { Phase } from '../../bundle/model.ts'
import { type Decision, NOTHING, type StageResult } from '../../http/decision.ts'
import type { HeaderEdit } from '../../http/header-edit.ts'
import type { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { BodyFacts, ResponseFacts } from '../../http/rule-fields/rule-facts.ts'
import type { LimitExpressions } from '../limits/limit-check.ts'

export type RequestPhase = Exclude<Phase, typeof RESPONSE_PHASE>

/** What the rules of the response say. */
export interface ResponseResult {
  readonly edits: readonly HeaderEdit[]
  readonly logged: readonly Decision[]
  /** As `RuleRun.matched`, of the response's rules alone. */
  readonly matched: readonly string[]
}

export interface RuleRun {
  /** Runs the rules of a phase in order, up to the first that ends the request. */
  check(phase: RequestPhase): StageResult
  /** Whether a rule has left out the limits. */
  readonly skipsLimits: boolean
  /** Whether a rule has left out the decision of the stage of bots. */
  readonly skipsBots: boolean
  /** What the limits' expressions say of this request. */
  readonly limits: LimitExpressions
  /** From now on the expressions of limits see this content. Asked before it, those that look at it are missing it. */
  withBody(body: BodyFacts): void
  /** Edits of the request's header section, in order. */
  readonly edits: readonly HeaderEdit[]
  /** Rules that were carried out without ending the request, as `rules.<id>`. */
  readonly matched: readonly string[]
  transformResponse(response: ResponseFacts): ResponseResult
}

/** Those of limits without any. */
const NO_EXPRESSIONS: LimitExpressions = Object.freeze({
  matches: () => true,
  counts: () => true,
  values: () => [],
})

/** The run of a policy without rules. */
export const IDLE_RUN: RuleRun = Object.freeze({
  check: () => NOTHING,
  skipsLimits: false,
  skipsBots: false,
  limits: NO_EXPRESSIONS,
  withBody: () => {},
  edits: Object.freeze([]),
  matched: Object.freeze([]),
  transformResponse: () => ({ edits: [], logged: [], matched: [] }),
})
