/**
 * The signals of the stage `bots`: what each is called, weighs by default and says, and the bands of their sum.
 *
 * Signals are contradictions, each of which costs a program something to avoid. Nothing lowers a score: what a
 * client sends is forged for free, so the presence of a field earns nothing.
 * @module
 */
import type { BotSignal } from './bot-signals/bot-signal.ts'
import { BROWSER_SIGNALS } from './bot-signals/browser-signals.ts'
import { CLIENT_SIGNALS } from './bot-signals/client-signals.ts'

/**
 * All of them. None weighs as much by itself as the band that asks for more than a proof of work begins with, so
 * that one misjudged field never costs a person more than a moment.
 */
export const BOT_SIGNALS: readonly BotSignal[] = [...CLIENT_SIGNALS, ...BROWSER_SIGNALS]

/** Who has no signals at all, or none of those that contradict a browser. */
export const ALWAYS_EXEMPT: string =
  'Verified agents and bots have no signals. Preflights (OPTIONS with Access-Control-Request-Method) and clients that do not say they are a browser have none that contradict a browser; what those get is said by `crawlers`. Cleared clients have none that people nearby can bring about.'

export interface ScoreBand {
  readonly name: string
  /** The least score of the band; they ascend, and the first begins at 0. */
  readonly from: number
  /** What the band asks for: a level of the challenge ladder. None denies by default. */
  readonly step: 'none' | 'wait' | 'proof-of-work' | 'interactive'
}

export const DEFAULT_BANDS: readonly ScoreBand[] = [
  { name: 'likely-human', from: 0, step: 'none' },
  { name: 'unsure', from: 25, step: 'wait' },
  { name: 'suspicious', from: 50, step: 'proof-of-work' },
  { name: 'likely-automated', from: 80, step: 'interactive' },
]
