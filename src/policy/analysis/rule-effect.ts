/**
 * What a rule that matches does to those that come after it.
 * @module
 */
import type { Phase, RuleAction, RuleModel, SkippablePhase } from '../../bundle/model.ts'
import type { LogicalNode } from '../../lang/ast.ts'
import type { RuleView } from './rule-view.ts'
import type { Solver } from './solver.ts'

/** Where a view stands; limits have a phase of their own. */
export function phaseOf({ model }: RuleView): SkippablePhase {
  return model?.phase ?? 'http_ratelimit'
}

const CHALLENGES: ReadonlySet<string> = new Set(['challenge', 'js_challenge', 'managed_challenge'])

function isExactly(field: string, value: string): LogicalNode {
  return {
    kind: 'comparison',
    left: { kind: 'field', name: field, type: 'Bytes' },
    operation: { kind: 'order', order: 'eq', literal: { kind: 'bytes', value } },
  }
}

/** A target that no one has to escape anything in. */
const PLAIN = /^(?:https?:\/)?\/[A-Za-z0-9._~:/?=&#-]{0,2000}$/

/**
 * A redirect answers nothing when it leads to where the request is, or when the location becomes too long; only
 * one with a fixed target elsewhere answers for certain.
 */
function isCertain(
  filter: LogicalNode,
  action: Extract<RuleAction, { kind: 'redirect' }>,
  solver: Solver,
): boolean {
  const { target, preserve_query } = action
  if (typeof target !== 'string' || preserve_query || !PLAIN.test(target)) return false
  const path = target.split(/[?#]/, 1)[0] ?? ''
  const there = path.startsWith('/')
    ? isExactly('http.request.uri.path', path)
    : isExactly('http.host', new URL(target).hostname)
  return (
    solver.conflictOf([
      { node: filter, holds: true },
      { node: there, holds: true },
    ]) !== undefined
  )
}

function endsRequest({ filter, action }: RuleModel, later: RuleView, solver: Solver): boolean {
  // What a refusal's response is edited with is not a matter of this request.
  if (phaseOf(later) === 'http_response_headers_transform') return false
  if (action.kind === 'block') return true
  if (action.kind === 'redirect') return isCertain(filter, action, solver)
  // Clients with a clearance pass one challenge as they pass the other.
  return CHALLENGES.has(action.kind) && CHALLENGES.has(later.model?.action.kind ?? '')
}

/** How `earlier` keeps `later` from acting on whatever `earlier` matches; `undefined` when it may not. */
export function effectOn(
  earlier: RuleView,
  later: RuleView,
  solver: Solver,
): 'answers' | 'skips' | undefined {
  const { model, mode } = earlier
  if (!model || mode !== 'enforce' || model.percentage < 100) return undefined
  const { action } = model
  if (action.kind === 'skip') return skips(model.phase, action, later) ? 'skips' : undefined
  return endsRequest(model, later, solver) ? 'answers' : undefined
}

function skips(phase: Phase, action: Extract<RuleAction, { kind: 'skip' }>, later: RuleView): boolean {
  const other = phaseOf(later)
  if (action.current && phase === other) return true
  return action.phases.includes(other) || (later.model !== undefined && action.rules.includes(later.id))
}

/** Whether `earlier` leaves out `later` for some of the requests, as rules for friends do before one for all. */
export function maySkip({ model, mode }: RuleView, later: RuleView): boolean {
  return model?.action.kind === 'skip' && mode === 'enforce' && skips(model.phase, model.action, later)
}

/** Whether an even earlier rule may leave out `earlier` and not `later`. */
export function isSkippable(earlier: RuleView, later: RuleView, before: readonly RuleView[]): boolean {
  return before.some((view) => maySkip(view, earlier) && !maySkip(view, later))
}
