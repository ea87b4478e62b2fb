/**
 * What became of one rule for one request: what `sallyport explain` and tests are told.
 * @module
 */
import type { Phase } from '../../bundle/model.ts'
import type { Decision } from '../../http/decision.ts'
import type { HeaderEdit } from '../../http/header-edit.ts'

export type RuleResult =
  | 'no-match'
  /** Matched, and was carried out or, in log mode, seen. */
  | 'match'
  /** Matched; the client is outside the rule's percentage. */
  | 'outside-share'
  /** Matched; the client has solved a challenge. */
  | 'cleared'
  /** Matched; a preflight cannot solve a challenge. */
  | 'preflight'
  /** Matched; what it computed cannot be used, so it did nothing. */
  | 'unusable'
  /** Could not be evaluated, and counts as not matched. */
  | 'fault'
  /** Left out by an earlier rule's `skip`. */
  | 'skipped'

export interface RuleEvent {
  readonly kind: 'rule'
  readonly phase: Phase
  /** Id of the rule, as in the policy. */
  readonly rule: string
  readonly result: RuleResult
  /** What a rule that matched decides, or would decide. */
  readonly decision?: Decision
  /** Of a rule that was carried out and edits header fields. */
  readonly edits?: readonly HeaderEdit[]
}

export type RuleTrace = (event: RuleEvent) => void
