/**
 * What was decided of a request, put together from what each stage said.
 * @module
 */
import type { Decision, StageResult } from '../http/decision.ts'
import type { HeaderEdit } from '../http/header-edit.ts'
import type { ResponseFacts } from '../http/rule-fields/rule-facts.ts'
import type { Assessment } from '../ingress/bots/assessment.ts'
import type { BotsRun } from '../ingress/bots/bots-stage.ts'
import type { LimitResult } from '../ingress/limits/limit-check.ts'
import type { ResponseResult, RuleRun } from '../ingress/rules/rule-run.ts'
import type { Route } from '../shield/router.ts'
import type { Stages } from './stages.ts'

export interface Outcome {
  /** What ends the request here; absent when it may be forwarded. */
  readonly terminal?: Decision
  /** What `log` mode saw on the way. */
  readonly logged: readonly Decision[]
  /** The route, when host and path have one. */
  readonly route?: Route
  /** Rules that did something without ending the request, as `rules.<id>`; absent when there are none. */
  readonly matched?: readonly string[]
  /** Edits of the header section that the origin gets; absent when there are none. */
  readonly requestEdits?: readonly HeaderEdit[]
  /** What the rules make of the response; absent when they do not look at any. */
  readonly transformResponse?: (response: ResponseFacts) => ResponseResult
  /** What the limits have to add to the answer, or want to know of it; absent when nothing. */
  readonly limits?: Pick<LimitResult, 'standings' | 'offence' | 'settle'>
  /** Who the client is, when somebody wanted to know: the stage bots, or a rule. */
  readonly bot?: Assessment
}

/** An outcome after `result`, with what the stages before it have logged. */
export function conclude(
  result: StageResult,
  before: readonly Decision[],
  route: Route | undefined,
): Outcome {
  return {
    logged: concat(before, result.logged),
    ...(result.terminal ? { terminal: result.terminal } : {}),
    ...(route ? { route } : {}),
  }
}

/** Adds what the rules did. With `stages`, the answer is a route's or the origin's: they may edit that too. */
export function withRun(outcome: Outcome, run: RuleRun, stages?: Stages): Outcome {
  const transforms = stages?.rules.hasResponsePhase === true && outcome.route !== undefined
  if (run.matched.length === 0 && run.edits.length === 0 && !transforms) return outcome
  return {
    ...outcome,
    // A copy: looking at the response adds to the run.
    ...(run.matched.length === 0 ? {} : { matched: [...run.matched] }),
    ...(run.edits.length === 0 ? {} : { requestEdits: [...run.edits] }),
    ...(transforms ? { transformResponse: (response) => run.transformResponse(response) } : {}),
  }
}

/** Adds who the client is, if anybody has asked. A challenge does: how much work it is depends on that. */
export function withBot(outcome: Outcome, bots: BotsRun | undefined): Outcome {
  if (outcome.terminal?.action === 'challenge') bots?.assessForChallenge()
  return bots?.assessed === undefined ? outcome : { ...outcome, bot: bots.assessed }
}

/** Adds what the limits still want of the answer. */
export function withLimits(outcome: Outcome, limits: LimitResult): Outcome {
  const { standings, offence, settle } = limits
  if (standings === undefined && offence === undefined && settle === undefined) return outcome
  return { ...outcome, limits }
}

export function concat(a: readonly Decision[], b: readonly Decision[]): readonly Decision[] {
  if (a.length === 0) return b
  return b.length === 0 ? a : [...a, ...b]
}
