/**
 * How many requests came from whom, as far as somebody wanted to know: sums of one isolate.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { Assessment } from '../ingress/bots/assessment.ts'

export interface BotSums {
  /** By band. */
  readonly bands: Readonly<Record<string, number>>
  /** By verdict; `none` without an agent. */
  readonly verdicts: Readonly<Record<string, number>>
  /** By class of agent; `none` without one. */
  readonly classes: Readonly<Record<string, number>>
  /** By id of the rule and mode: `bots.score enforce`. */
  readonly decisions: Readonly<Record<string, number>>
}

export interface BotCounts {
  see(assessment: Assessment, terminal: Decision | undefined, logged: readonly Decision[]): void
  readonly sums: BotSums
}

/** Bands are the policy's, everything else is ours: this many names are more than there are. */
const MAX_NAMES = 100

function add(sums: Map<string, number>, name: string): void {
  const before = sums.get(name)
  if (before === undefined && sums.size >= MAX_NAMES) return
  sums.set(name, (before ?? 0) + 1)
}

export function createBotCounts(): BotCounts {
  const bands = new Map<string, number>()
  const verdicts = new Map<string, number>()
  const classes = new Map<string, number>()
  const decisions = new Map<string, number>()
  return {
    see({ band, verdict, agent }, terminal, logged) {
      add(bands, band)
      add(verdicts, verdict?.kind ?? 'none')
      add(classes, agent?.class ?? 'none')
      if (terminal?.stage === 'bots') add(decisions, `${terminal.rule} ${terminal.mode}`)
      for (const { stage, rule, mode } of logged) if (stage === 'bots') add(decisions, `${rule} ${mode}`)
    },
    get sums() {
      return {
        bands: Object.fromEntries(bands),
        verdicts: Object.fromEntries(verdicts),
        classes: Object.fromEntries(classes),
        decisions: Object.fromEntries(decisions),
      }
    },
  }
}
