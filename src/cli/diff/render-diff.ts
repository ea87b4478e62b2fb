/**
 * A comparison for a person.
 * @module
 */

import type { TrafficReport } from './compare-traffic.ts'
import { describeChange, type PolicyChange } from './policy-change.ts'

export interface DiffReport {
  readonly versions: { readonly before: string; readonly after: string }
  readonly changes: readonly PolicyChange[]
  /** Absent when there is no log. */
  readonly traffic: TrafficReport | undefined
}

function renderChanges(changes: readonly PolicyChange[]): readonly string[] {
  if (changes.length === 0) return ['The policies say the same.']
  return ['What changes in the policy', ...changes.map((change) => `  ${describeChange(change)}`)]
}

function renderTraffic(traffic: TrafficReport | undefined): readonly string[] {
  if (!traffic) return ['No log to try both on: name one with --log.']
  const { log, requests, different, differences, warnings } = traffic
  const share = requests === 0 ? '' : ` (${((different / requests) * 100).toFixed(2)} %)`
  const rows = differences.flatMap(({ change, requests: count, examples }) => [
    `  ${String(count).padStart(8)}  ${change}`,
    ...examples.map((example) => `            ${example}`),
  ])
  const mind = warnings.length === 0 ? [] : ['', 'Mind', ...warnings.map((warning) => `  ${warning}`)]
  return [
    `What changes for the last ${requests} request(s) of ${log}: ${different}${share}`,
    ...rows,
    ...mind,
  ]
}

/** Several lines, without the last line break. `before` says what the first of the policies is. */
export function renderDiff({ versions, changes, traffic }: DiffReport, before: string): string {
  const head = `From ${versions.before} (${before}) to ${versions.after} (folder)`
  return [head, '', ...renderChanges(changes), '', ...renderTraffic(traffic)].join('\n')
}
