/**
 * What a candidate would have done: evaluated after the answer, compared with what was done, and counted.
 * @module
 */
import type { Answered } from '../ingress/limits/limit-check.ts'
import { decide } from '../pipeline/decide.ts'
import type { Stages } from '../pipeline/stages.ts'
import type { Decided } from './record.ts'

export interface ShadowReport {
  readonly candidate: string
  readonly evaluated: number
  readonly disagreed: number
  /** Candidates that failed on a request. */
  readonly failed: number
  /** By `what was done -> what would have been done`: ids of rules, `pass`, or `pass to` another route. */
  readonly disagreements: Readonly<Record<string, number>>
}

export interface Shadow {
  /** Never rejects. */
  compare(decided: Decided, candidate: Stages, now: number): Promise<void>
  /** Sums since the candidate came; absent when there was none. */
  readonly report: ShadowReport | undefined
}

/** Pairs counted on their own; ids come from policies, this is a second line of defence. */
const MAX_PAIRS = 256
/** Milliseconds between two lines in the log. */
const PAUSE = 10_000

interface Sums {
  readonly candidate: string
  evaluated: number
  disagreed: number
  failed: number
  readonly pairs: Map<string, number>
}

function openSums(candidate: string): Sums {
  return { candidate, evaluated: 0, disagreed: 0, failed: 0, pairs: new Map() }
}

function toReport({ candidate, evaluated, disagreed, failed, pairs }: Sums): ShadowReport {
  return { candidate, evaluated, disagreed, failed, disagreements: Object.fromEntries(pairs) }
}

interface Verdict {
  readonly rule: string
  readonly route: string
}

/** What the policy said; what came of forwarding is not its doing. */
function verdictOf({ terminal, route }: Decided): Verdict {
  const own = terminal === undefined || terminal.stage === 'forward'
  return { rule: own ? 'pass' : terminal.rule, route: route ?? '' }
}

/** What the client got, for limits that count by it: its status is all that is kept of it. */
function answerOf({ terminal, status }: Decided): Answered | undefined {
  return terminal === undefined
    ? { response: { status, headers: new Headers() }, fromOrigin: true }
    : undefined
}

async function ask(decided: Decided, candidate: Stages): Promise<Verdict> {
  const { facts, started } = decided
  const { terminal, route, limits } = await decide(facts, candidate, started)
  // A limit that waits for the answer would else keep a place taken for each request.
  limits?.settle?.(terminal === undefined ? answerOf(decided) : undefined, started)
  return { rule: terminal?.rule ?? 'pass', route: route?.model.id ?? '' }
}

/** The pair's name, or `undefined` when both say the same. */
function namePair(done: Verdict, would: Verdict): string | undefined {
  if (done.rule !== would.rule) return `${done.rule} -> ${would.rule}`
  if (done.rule !== 'pass' || done.route === would.route) return undefined
  return `pass to ${done.route} -> pass to ${would.route}`
}

export function createShadow(write: (line: string) => void): Shadow {
  let sums: Sums | undefined
  let pending = openSums('')
  let writtenAt = 0

  function count(into: Sums, pair: string | undefined): void {
    into.evaluated++
    if (pair === undefined) return
    into.disagreed++
    const key = into.pairs.size < MAX_PAIRS || into.pairs.has(pair) ? pair : 'other'
    into.pairs.set(key, (into.pairs.get(key) ?? 0) + 1)
  }

  function flush(now: number): void {
    if (Math.abs(now - writtenAt) < PAUSE) return
    writtenAt = now
    write(JSON.stringify({ kind: 'shadow', time: new Date(now).toISOString(), ...toReport(pending) }))
    pending = openSums(pending.candidate)
  }

  return {
    get report() {
      return sums && toReport(sums)
    },
    async compare(decided, candidate, now) {
      // Our own endpoints answer whatever the policy says.
      if (decided.terminal?.rule === 'route.own-endpoint') return
      if (sums?.candidate !== candidate.version) {
        sums = openSums(candidate.version)
        pending = openSums(candidate.version)
      }
      const own = sums
      const period = pending
      try {
        const pair = namePair(verdictOf(decided), await ask(decided, candidate))
        count(own, pair)
        count(period, pair)
      } catch {
        own.failed++
        period.failed++
      }
      flush(now)
    },
  }
}
