/**
 * The score of a request: the sum of the weights of what contradicts itself in it.
 *
 * Nothing lowers a score, and no signal decides alone: it names a band, and a band asks for a level of challenge.
 * @module
 */
import type { BotsModel } from '../../../bundle/bots-model.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Assessment, Signal } from '../assessment.ts'
import { type BrowserRequest, readBrowser } from './browser-request.ts'
import { CLIENT_HINT_CHECKS } from './client-hint-checks.ts'
import { CONNECTION_CHECKS } from './connection-checks.ts'
import { CONTENT_CHECKS } from './content-checks.ts'
import { type Check, type Checked, type Evidence, readEvidence, type ScoreContext } from './evidence.ts'
import { FETCH_METADATA_CHECKS } from './fetch-metadata-checks.ts'
import { IDENTITY_CHECKS } from './identity-checks.ts'
import { createNetworkChecks } from './network-checks.ts'
import { USER_AGENT_CHECKS } from './user-agent-checks.ts'

export type Scored = Pick<Assessment, 'score' | 'signals' | 'band'>

export interface Score {
  /** Never throws. Signals are in the order of `BOT_SIGNALS`' families, with their weights. */
  of(facts: RequestFacts, checked: Checked, context: ScoreContext): Scored
}

/** The highest score. */
const MAX_SCORE = 100

interface Weighed<Input> extends Check<Input> {
  readonly signal: Signal
}

export function createScore(model: BotsModel): Score {
  const clientChecks = weigh([...IDENTITY_CHECKS, ...createNetworkChecks(model)], model)
  const browserChecks = weigh(BROWSER_CHECKS, model)
  const bandOf = createBands(model)
  const clean: Scored = { score: 0, signals: [], band: bandOf(0) }
  return {
    of(facts, checked, context) {
      // Who has proved who it is, has nothing to contradict.
      if (checked.verdict?.kind === 'verified') return clean
      const evidence: Evidence = readEvidence(facts, checked, context, model)
      const signals: Signal[] = []
      collect(clientChecks, evidence, signals)
      const browser = readBrowser(evidence)
      if (browser !== undefined) collect(browserChecks, browser, signals)
      if (signals.length === 0) return clean
      const sum = signals.reduce((total, { weight }) => total + weight, 0)
      const score = Math.min(MAX_SCORE, sum)
      return { score, signals, band: bandOf(score) }
    },
  }
}

const BROWSER_CHECKS: readonly Check<BrowserRequest>[] = [
  ...USER_AGENT_CHECKS,
  ...CONNECTION_CHECKS,
  ...CLIENT_HINT_CHECKS,
  ...FETCH_METADATA_CHECKS,
  ...CONTENT_CHECKS,
]

/** Leaves out what weighs nothing: it is not evaluated. */
function weigh<Input>(checks: readonly Check<Input>[], model: BotsModel): readonly Weighed<Input>[] {
  return checks.flatMap((check) => {
    const weight = Object.hasOwn(model.signals, check.id) ? (model.signals[check.id] ?? 0) : 0
    return weight > 0 ? [{ ...check, signal: { id: check.id, weight } }] : []
  })
}

function collect<Input>(checks: readonly Weighed<Input>[], input: Input, signals: Signal[]): void {
  for (const { holds, signal } of checks) if (holds(input)) signals.push(signal)
}

/** Bands ascend and the first begins at 0, as the bundle's shape makes sure. */
function createBands(model: BotsModel): (score: number) => string {
  const descending = [...model.bands].reverse()
  return (score) => descending.find(({ from }) => from <= score)?.name ?? ''
}
