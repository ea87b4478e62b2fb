/**
 * What analysis has to say of a policy that compiles.
 * @module
 */
import type { Problem } from '../problem.ts'

/**
 * `error`: must not be published. `warning`: does something else than it seems to, or nothing. `note`: good to
 * know, and fine if it is meant.
 */
export type Severity = 'error' | 'warning' | 'note'

export type FindingCode =
  | 'dead-rule'
  | 'dead-comparison'
  | 'shadowed-rule'
  | 'duplicate-rule'
  | 'never-acts'
  | 'matches-everything'
  | 'unguarded-all'
  | 'missing-value'
  | 'regex-dot'
  | 'regex-unanchored'
  | 'regex-plain'
  | 'regex-linear'
  | 'regex-steps'
  | 'cost'

export interface Finding {
  readonly severity: Severity
  readonly code: FindingCode
  /** As in records: `rules.<id>` or `limits.<id>`; empty for the policy as a whole. */
  readonly rule: string
  readonly problem: Problem
}
