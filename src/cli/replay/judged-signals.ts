/**
 * Which signals of bots an access log can tell.
 *
 * Logs keep two or three header fields, so that what a line lacks the request may have had: only what contradicts
 * itself in what is there is counted, and never an absence.
 * @module
 */
import type { PolicyModel } from '../../bundle/model.ts'
import { BOT_SIGNALS } from '../../http/bot-signals.ts'

/** Those that are raised by what is there alone. A signal that is not named here is not judged. */
const JUDGED: ReadonlySet<string> = new Set([
  'hints-version',
  'hints-platform',
  'hints-mobile',
  'hints-malformed',
  'hints-foreign',
  'fetch-referer',
  'language-any',
  'agent-long',
  'agent-unknown',
  'agent-hollow',
  'agent-impossible',
  'agent-unreduced',
  'headless',
  'headless-disguised',
  'declared-as-browser',
  'spoofed',
  'tls-old',
  'network-hosting',
])

/** Signals with a weight that a replay leaves out. */
export function listUnjudged({ bots }: PolicyModel): readonly string[] {
  if (bots === undefined) return []
  return BOT_SIGNALS.flatMap(({ id }) => (!JUDGED.has(id) && (bots.signals[id] ?? 0) > 0 ? [id] : []))
}

/** The same policy without the weights of what cannot be judged. */
export function withJudgedSignals(model: PolicyModel): PolicyModel {
  const { bots } = model
  if (bots === undefined) return model
  const signals = Object.entries(bots.signals).map(([id, weight]) => [id, JUDGED.has(id) ? weight : 0])
  return { ...model, bots: { ...bots, signals: Object.fromEntries(signals) } }
}
