/**
 * What a step of the challenge ladder means for a request.
 * @module
 */
import type { ChallengeStep } from '../../bundle/bots-model.ts'
import type { Decision, Mode } from '../../http/decision.ts'

/** Each level satisfies those below it. */
export const STEP_LEVELS: Readonly<Record<Exclude<ChallengeStep, 'none' | 'deny'>, 1 | 2 | 3>> = {
  wait: 1,
  'proof-of-work': 2,
  interactive: 3,
}

/** Why a step is taken; the rule is looked up in docs/rules.md. */
export interface StepCause {
  readonly rule: string
  readonly reason: string
  readonly fix: string
  readonly mode: Exclude<Mode, 'off'>
  /** Status of the challenge's answer. */
  readonly status: number
}

/** The decision of a step; `undefined` for `none`. */
export function stepDecision(step: ChallengeStep, cause: StepCause): Decision | undefined {
  if (step === 'none') return undefined
  const { rule, reason, fix, mode } = cause
  const common = { stage: 'bots', rule, reason, fix, mode } as const
  if (step === 'deny') return { ...common, action: 'block', status: 403 }
  return { ...common, action: 'challenge', status: cause.status, level: STEP_LEVELS[step] }
}
