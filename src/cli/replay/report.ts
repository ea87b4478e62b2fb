/**
 * The machine-readable result of a replay: what `--json` prints and what the text report is made from.
 * `docs/replay.md` documents every field. New fields may be added; a change of meaning raises `version`.
 * @module
 */
import type { FrequentItems } from './frequent-items.ts'
import type { LogFormat } from './log-format.ts'
import type { RuleRow } from './rule-table.ts'
import type { BadLine, Tally } from './tally.ts'

export interface InputReport {
  readonly file: string
  readonly format: LogFormat | null
  readonly lines: number
  /** Why reading stopped before the end, or `null`. */
  readonly trouble: string | null
}

/** The most frequent keys. Counts are never too low, and too high by at most `error`; 0 is exact. */
export interface TopTable {
  readonly error: number
  readonly rows: readonly { readonly key: string; readonly refused: number }[]
}

export interface ReplayReport {
  readonly version: 1
  readonly policy: { readonly directory: string; readonly version: string }
  readonly inputs: readonly InputReport[]
  /** RFC 3339, UTC; `null` when there was no request. */
  readonly first: string | null
  readonly last: string | null
  readonly totals: {
    readonly lines: number
    readonly requests: number
    /** Would reach the origin. */
    readonly passed: number
    readonly refused: number
    readonly answered: number
    readonly would_log: number
    readonly no_request: number
    readonly bad_lines: number
  }
  readonly refused_by: readonly RuleRow[]
  readonly logged_by: readonly RuleRow[]
  readonly answered_by: readonly RuleRow[]
  readonly clients: TopTable
  readonly paths: TopTable
  readonly bad_lines: readonly BadLine[]
  /** What this log cannot tell the policy, and what that means for the result. */
  readonly warnings: readonly string[]
}

export interface ReportContext {
  readonly policy: ReplayReport['policy']
  readonly inputs: readonly InputReport[]
  readonly warnings: readonly string[]
  /** Rows in the tables of clients and paths. */
  readonly top: number
}

export function createReport(tally: Tally, context: ReportContext): ReplayReport {
  const { counts } = tally
  const { requests, refused, answered } = counts
  return {
    version: 1,
    policy: context.policy,
    inputs: context.inputs,
    first: requests > 0 ? new Date(counts.first).toISOString() : null,
    last: requests > 0 ? new Date(counts.last).toISOString() : null,
    totals: {
      lines: context.inputs.reduce((sum, input) => sum + input.lines, 0),
      requests,
      passed: requests - refused - answered,
      refused,
      answered,
      would_log: counts.wouldLog,
      no_request: counts.empty,
      bad_lines: counts.bad,
    },
    refused_by: tally.refused.rows(requests),
    logged_by: tally.logged.rows(requests),
    answered_by: tally.answered.rows(requests),
    clients: createTopTable(tally.clients, context.top),
    paths: createTopTable(tally.paths, context.top),
    bad_lines: tally.badLines,
    warnings: context.warnings,
  }
}

function createTopTable(items: FrequentItems, limit: number): TopTable {
  return { error: items.error, rows: items.top(limit).map(({ key, count }) => ({ key, refused: count })) }
}
