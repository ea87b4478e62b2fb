/**
 * Counts decisions by rule. There are no more rows than rules in the policy, and a bound besides.
 * @module
 */
import type { Decision } from '../../http/decision.ts'

/** Requests by what the server had answered when the log was written: `unknown` when the log does not say. */
interface SeenStatus {
  '2xx': number
  '3xx': number
  '4xx': number
  '5xx': number
  unknown: number
}

export interface RuleRow {
  readonly rule: string
  readonly stage: string
  readonly action: string
  /** Status the edge would have answered with. */
  readonly status: number
  readonly reason: string
  readonly fix: string | null
  readonly requests: number
  /** Part of all requests, from 0 to 1. */
  readonly share: number
  /** RFC 3339, UTC. */
  readonly first: string
  readonly last: string
  readonly seen_status: Readonly<SeenStatus>
}

export interface RuleTable {
  add(decision: Decision, time: number, seen: number | undefined): void
  /** By falling count, then by rule. `requests` is what the shares are parts of. */
  rows(requests: number): RuleRow[]
}

/** Beyond this many rules the rest are counted in one row named `(other rules)`. */
const MAX_ROWS = 4096

interface Counter {
  readonly decision: Decision
  count: number
  first: number
  last: number
  readonly seen: SeenStatus
}

export function createRuleTable(): RuleTable {
  const counters = new Map<string, Counter>()
  return {
    add(decision: Decision, time: number, seen: number | undefined): void {
      const counter = findCounter(counters, decision, time)
      counter.count++
      counter.first = Math.min(counter.first, time)
      counter.last = Math.max(counter.last, time)
      counter.seen[statusClass(seen)]++
    },
    rows(requests: number): RuleRow[] {
      const rows = [...counters.values()].map((counter) => toRow(counter, requests))
      return rows.sort((a, b) => b.requests - a.requests || (a.rule < b.rule ? -1 : 1))
    },
  }
}

function findCounter(counters: Map<string, Counter>, decision: Decision, time: number): Counter {
  const full = counters.size >= MAX_ROWS
  const key = `${decision.stage} ${decision.rule}`
  const known = counters.get(key) ?? (full ? counters.get('') : undefined)
  if (known) return known
  const counter: Counter = {
    decision: full
      ? { ...decision, rule: '(other rules)', reason: 'rules beyond the bound of this table' }
      : decision,
    count: 0,
    first: time,
    last: time,
    seen: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, unknown: 0 },
  }
  counters.set(full ? '' : key, counter)
  return counter
}

function statusClass(status: number | undefined): keyof SeenStatus {
  if (status === undefined || status < 200 || status > 599) return 'unknown'
  if (status < 300) return '2xx'
  if (status < 400) return '3xx'
  return status < 500 ? '4xx' : '5xx'
}

function toRow({ decision, count, first, last, seen }: Counter, requests: number): RuleRow {
  return {
    rule: decision.rule,
    stage: decision.stage,
    action: decision.action,
    status: decision.status,
    reason: decision.reason,
    fix: decision.fix ?? null,
    requests: count,
    share: requests > 0 ? count / requests : 0,
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
    seen_status: { ...seen },
  }
}
