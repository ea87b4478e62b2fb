/** A score with the shipped weights, and what it says of requests that tests make up. */
import { isbot } from 'isbot'
import type { Checked, ScoreContext } from '../../../../src/ingress/bots/signals/evidence.ts'
import { createScore, type Scored } from '../../../../src/ingress/bots/signals/score.ts'
import { createFacts, type FactsChange } from '../../../http/facts.ts'
import { MODEL } from './model-fixture.ts'

export const STRANGER: ScoreContext = { cleared: () => false, mazeVisits: () => 0 }
export const NOBODY: Checked = { declared: false }

const shipped = createScore(MODEL)

/** Declared or not as isbot says, the score's own identity being tested elsewhere. */
export function scoreOf(change: FactsChange, checked?: Checked, context: ScoreContext = STRANGER): Scored {
  const facts = createFacts(change)
  return shipped.of(facts, checked ?? { declared: isbot(facts.headers.get('user-agent') ?? '') }, context)
}

/** Ids of the signals of a request. */
export function signalsOf(change: FactsChange, checked?: Checked, context?: ScoreContext): readonly string[] {
  return scoreOf(change, checked ?? NOBODY, context).signals.map(({ id }) => id)
}
