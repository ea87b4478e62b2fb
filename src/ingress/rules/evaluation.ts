/**
 * Evaluates expressions of rules on one request, and adds what goes wrong to the sums of the stage.
 * @module
 */
import type { RuleFacts } from '../../http/rule-fields/rule-facts.ts'
import type { Frame, Read, Test } from '../../lang/program.ts'
import type { Value } from '../../lang/value.ts'

/** Sums that evaluations add to. */
export interface EvaluationStats {
  faults: number
  cuts: number
}

export class Evaluation {
  readonly #frame: Frame<RuleFacts>
  readonly #stats: EvaluationStats

  constructor(frame: Frame<RuleFacts>, stats: EvaluationStats) {
    this.#frame = frame
    this.#stats = stats
  }

  /** `undefined` for a test that failed, whatever it would have come to. */
  test(test: Test<RuleFacts>): boolean | undefined {
    const frame = this.#frame
    const { faults, cuts } = frame
    const matches = test(frame)
    if (frame.faults === faults && frame.cuts === cuts) return matches
    return this.#count(faults, cuts) ? undefined : matches
  }

  /** In their order; `undefined` for a missing value, and for one that could not be computed. */
  values(reads: readonly Read<RuleFacts>[]): readonly (Value | undefined)[] {
    const frame = this.#frame
    const { faults, cuts } = frame
    const values = reads.map((read) => read(frame))
    this.#count(faults, cuts)
    return values
  }

  /** Adds what came since; true when something failed. */
  #count(faults: number, cuts: number): boolean {
    this.#stats.cuts += this.#frame.cuts - cuts
    this.#stats.faults += this.#frame.faults - faults
    return this.#frame.faults !== faults
  }
}
