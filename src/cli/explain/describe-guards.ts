/**
 * The stages without expressions: what each check, guard, limit and the route make of a request.
 * @module
 */
import type { LimitModel, PolicyModel } from '../../bundle/model.ts'
import { ANOMALY_RULES } from '../../http/anomaly-rules.ts'
import { capMode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { METHOD, SIZE_RULES, STRUCTURE_RULES, UNDERSCORE } from '../../http/hygiene-rules.ts'
import { compileScope } from '../../http/scope.ts'
import { createAccess } from '../../ingress/access.ts'
import type { StageEvent } from '../../pipeline/trace.ts'
import { describeLimit } from './describe-limit.ts'
import type { ExpressionPart } from './explain-expression.ts'
import type { ItemReport } from './request-report.ts'
import type { Trial, TrialRun } from './trial.ts'

/** A request on its way through a trial. */
export interface Passage {
  readonly trial: Trial
  readonly facts: RequestFacts
  readonly now: number
  readonly run: TrialRun
}

/** By id: two rules may look after the same thing. */
const HYGIENE_RULES = new Set(
  [...STRUCTURE_RULES, METHOD, ...ANOMALY_RULES, ...SIZE_RULES, UNDERSCORE].map(({ id }) => id),
)

/** The checks that hygiene makes. After one that ends the request only those that said something. */
export function describeHygiene({ trial, facts, run }: Passage, event: StageEvent): readonly ItemReport[] {
  const mode = trial.bundle.model.settings.stages.hygiene
  const accepted = facts.target.anomalies & (run.outcome.route?.relief.accepted ?? 0)
  const relaxed = new Set(ANOMALY_RULES.filter(({ bit }) => (bit & accepted) !== 0).map(({ id }) => id))
  const said = [...(event.terminal ? [event.terminal] : []), ...event.logged]
  return [...HYGIENE_RULES].flatMap((name): readonly ItemReport[] => {
    const id = `hygiene.${name}`
    const decision = said.find((each) => each.rule === id)
    if (decision) {
      const ends = decision === event.terminal
      const result = ends ? decision.reason : `logged only: ${decision.reason}`
      return [{ id, mode: decision.mode, applies: true, result, ...(ends ? { ends } : {}) }]
    }
    if (event.terminal) return []
    if (relaxed.has(name)) return [{ id, mode, applies: true, result: 'accepted: the route relaxes it' }]
    return [{ id, mode, applies: false, result: 'nothing found' }]
  })
}

/** Each guard by itself, by the code of the stage; after the one that ended the request none. */
export function describeAccess({ trial, facts }: Passage): readonly ItemReport[] {
  const { bundle } = trial
  const { host, target, method, client } = facts
  const stage = bundle.model.settings.stages.access
  const items: ItemReport[] = []
  for (const guard of bundle.model.access) {
    const id = `access.${guard.id}`
    const mode = capMode(guard.mode, stage)
    if (items.some(({ ends }) => ends)) {
      items.push({ id, mode, applies: false, result: 'not reached' })
      continue
    }
    const judge = createAccess([guard], (name) => bundle.prefixSet(name), stage)
    const { terminal, logged } = judge({ host: host.name, path: target.path, method, client })
    const decision = terminal ?? logged[0]
    const fits = compileScope(guard.scope)(host.name, target.path, method)
    const nothing = mode === 'off' ? 'off' : fits ? 'no objection' : 'not for this host, path and method'
    const result = decision ? `${terminal ? '' : 'logged only: '}${decision.reason}` : nothing
    items.push({ id, mode, applies: decision !== undefined, result, ...(terminal ? { ends: true } : {}) })
  }
  return items
}

/** What keeps a limit from counting a request, if anything does. */
function whyNotCounted(
  limit: LimitModel,
  { facts }: Passage,
  expression: ExpressionPart | undefined,
): string | undefined {
  if (limit.mode === 'off') return 'off'
  if (!compileScope(limit.scope)(facts.host.name, facts.target.path, facts.method))
    return 'not for this host, path and method'
  return limit.filter !== undefined && expression?.result !== true
    ? 'its expression does not match'
    : undefined
}

/** Counts begin anew for each explanation, so a limit refuses only what it would refuse a first time. */
export function describeLimits(passage: Passage, event: StageEvent | undefined): readonly ItemReport[] {
  const { trial, facts, now } = passage
  const { limits, settings } = trial.bundle.model
  const said = [...(event?.terminal ? [event.terminal] : []), ...(event?.logged ?? [])]
  return limits.map((model): ItemReport => {
    const mode = capMode(model.mode, settings.stages.limits)
    const id = `limits.${model.id}`
    const expression = model.filter && trial.explain(id, facts, now)
    const shown = expression ? { expression } : {}
    if (event?.skipped) return { id, mode, applies: false, result: 'left out', ...shown }
    const reason = whyNotCounted({ ...model, mode }, passage, expression)
    if (reason !== undefined) return { id, mode, applies: false, result: reason, ...shown }
    const decision = said.find(({ rule }) => rule === id)
    const ends = decision !== undefined && decision === event?.terminal
    const result = decision?.reason ?? describeLimit(model)
    return { id, mode, applies: true, result, ...(ends ? { ends } : {}), ...shown }
  })
}

function describeAction({ action }: PolicyModel['routes'][number]): string {
  if (action.kind === 'forward') return `forwards to ${action.origin}`
  return action.kind === 'redirect' ? `redirects, ${action.status}` : `answers itself, ${action.status}`
}

/** The route that was taken, or that there is none. */
export function describeRoute({ run }: Passage): readonly ItemReport[] {
  const { outcome, terminal } = run
  const ends = terminal?.stage === 'route' ? { ends: true as const } : {}
  const model = outcome.route?.model
  if (terminal?.rule === 'route.own-endpoint' || model === undefined) {
    if (terminal?.stage !== 'route') return []
    return [{ id: terminal.rule, mode: 'enforce', applies: true, result: terminal.reason, ...ends }]
  }
  return [{ id: `route.${model.id}`, mode: 'enforce', applies: true, result: describeAction(model), ...ends }]
}
