/**
 * Adds up what the policy said of each request. Its memory does not grow with the log.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { HeaderEdit } from '../../http/header-edit.ts'
import type { Assessment } from '../../ingress/bots/assessment.ts'
import { createFrequentItems, type FrequentItems } from './frequent-items.ts'
import type { LogRequest } from './log-request.ts'
import { toPrintable } from './printable.ts'
import { createRuleTable, type RuleTable } from './rule-table.ts'

/** What the decision code says of one request; `Outcome` of the pipeline is one. */
export interface Verdict {
  readonly terminal?: Decision
  readonly logged: readonly Decision[]
  /** The route, when host and path have one. */
  readonly route?: { readonly model: { readonly id: string } }
  /** Rules that did something without ending the request. */
  readonly matched?: readonly string[]
  /** Edits of the header section that the origin gets. */
  readonly requestEdits?: readonly HeaderEdit[]
  /** Who the client is, when somebody wanted to know. */
  readonly bot?: Assessment
}

/** Asks the policy about one request. */
export type Judge = (request: LogRequest) => Verdict | Promise<Verdict>

export interface BadLine {
  readonly file: string
  readonly line: number
  readonly reason: string
}

export interface Tally {
  readonly counts: TallyCounts
  /** Blocked by an enforced rule. */
  readonly refused: RuleTable
  /** Redirected, challenged, or answered by a route. */
  readonly answered: RuleTable
  /** What rules in `log` mode would have done. */
  readonly logged: RuleTable
  readonly clients: FrequentItems
  readonly paths: FrequentItems
  /** The first ten; `counts.bad` counts all. */
  readonly badLines: readonly BadLine[]
  addVerdict(request: LogRequest, verdict: Verdict): void
  addEmptyLine(): void
  addBadLine(line: BadLine): void
}

interface TallyCounts {
  requests: number
  refused: number
  answered: number
  /** Requests let through that at least one rule in `log` mode matched. */
  wouldLog: number
  empty: number
  bad: number
  /** Milliseconds since the epoch; `first` is above `last` while there is no request. */
  first: number
  last: number
}

/** Counters for clients and for paths each: with keys of at most 200 characters about 2 MB together. */
const TABLE_COUNTERS = 8192

const MAX_BAD_LINES = 10
const MAX_CLIENT = 64
const MAX_PATH = 200

export function createTally(): Tally {
  const badLines: BadLine[] = []
  const tally: Tally = {
    counts: {
      requests: 0,
      refused: 0,
      answered: 0,
      wouldLog: 0,
      empty: 0,
      bad: 0,
      first: Infinity,
      last: -Infinity,
    },
    refused: createRuleTable(),
    answered: createRuleTable(),
    logged: createRuleTable(),
    clients: createFrequentItems(TABLE_COUNTERS),
    paths: createFrequentItems(TABLE_COUNTERS),
    badLines,
    addVerdict: (request, verdict) => addVerdict(tally, request, verdict),
    addEmptyLine(): void {
      tally.counts.empty++
    },
    addBadLine(line: BadLine): void {
      tally.counts.bad++
      if (badLines.length < MAX_BAD_LINES) badLines.push(line)
    },
  }
  return tally
}

function addVerdict(tally: Tally, request: LogRequest, { terminal, logged }: Verdict): void {
  const { counts } = tally
  const { time, status } = request
  counts.requests++
  counts.first = Math.min(counts.first, time)
  counts.last = Math.max(counts.last, time)
  for (const decision of logged) tally.logged.add(decision, time, status)
  if (!terminal) {
    if (logged.length > 0) counts.wouldLog++
  } else if (terminal.action === 'block') {
    counts.refused++
    tally.refused.add(terminal, time, status)
    tally.clients.add(toPrintable(request.client, MAX_CLIENT))
    tally.paths.add(toPrintable(pathOf(request.target), MAX_PATH))
  } else {
    counts.answered++
    tally.answered.add(terminal, time, status)
  }
}

/** The target without its query, which may hold secrets. */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}
