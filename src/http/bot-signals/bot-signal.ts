/**
 * What is told of a signal, to the operator who weighs it and to whoever reads a score.
 * @module
 */

export interface BotSignal {
  /** Key of `signals` in `rules/bots.yaml`. */
  readonly id: string
  /** What it adds to the score when the policy does not say, 0 to 100. */
  readonly weight: number
  /** One sentence for a person. */
  readonly reason: string
  /** When it is not raised, and why; what is said in `ALWAYS_EXEMPT` is not repeated. */
  readonly exempt: string
}
