/**
 * The steps of one decision, for who wants to see them: `sallyport explain` and `sallyport test`.
 * @module
 */
import type { Decision, Stage, StageResult } from '../http/decision.ts'
import type { Assessment } from '../ingress/bots/assessment.ts'
import type { RuleEvent } from '../ingress/rules/rule-trace.ts'

/** A stage that has had its say. The rules it considered, if it has any, come before it. */
export interface StageEvent {
  readonly kind: 'stage'
  readonly stage: Extract<Stage, 'hygiene' | 'access' | 'dos' | 'rules' | 'limits' | 'bots' | 'route'>
  readonly terminal?: Decision
  readonly logged: readonly Decision[]
  /** Of stage `rules`: which of its phases. */
  readonly phase?: RuleEvent['phase']
  /** Of stage `route`: the id of the route, when there is one. */
  readonly route?: string
  /** Left out, by a rule's `skip` or because it is not for this path. */
  readonly skipped?: true
}

/** Who the client is; before the event of the stage bots. */
export interface BotsEvent {
  readonly kind: 'bots'
  readonly assessment: Assessment
}

export type TraceEvent = StageEvent | RuleEvent | BotsEvent

/** Called in the order of events. */
export type Trace = (event: TraceEvent) => void

/** Tells a trace, when there is one, and gives the result back. */
export function traceStage(
  trace: Trace | undefined,
  stage: StageEvent['stage'],
  result: StageResult,
  more: Pick<StageEvent, 'phase' | 'route' | 'skipped'> = {},
): StageResult {
  if (trace === undefined) return result
  trace({
    kind: 'stage',
    stage,
    ...(result.terminal ? { terminal: result.terminal } : {}),
    logged: result.logged,
    ...more,
  })
  return result
}
