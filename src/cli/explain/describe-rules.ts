/**
 * The rules of one phase: what became of each for a request.
 * @module
 */
import type { Phase, RuleModel } from '../../bundle/model.ts'
import { capMode, type Mode } from '../../http/decision.ts'
import type { RuleEvent } from '../../ingress/rules/rule-trace.ts'
import type { Passage } from './describe-guards.ts'
import type { ItemReport } from './request-report.ts'

const RESULTS: Readonly<Record<Exclude<RuleEvent['result'], 'match'>, string>> = {
  'no-match': 'no match',
  'outside-share': 'matches, and does nothing: the client is outside its percentage',
  cleared: 'matches, and does nothing: the client has solved a challenge',
  preflight: 'matches, and does nothing: a CORS preflight cannot solve a challenge',
  unusable: 'matches, and does nothing: what it computed cannot be used',
  fault: 'could not be evaluated, which counts as no match',
  skipped: 'left out by an earlier rule',
}

function describeSkip(action: Extract<RuleModel['action'], { kind: 'skip' }>): string {
  const what = [
    ...(action.current ? ['the later rules of its phase'] : []),
    ...action.phases,
    ...action.rules,
  ]
  return `skip ${what.join(', ')}`
}

function describeAction(
  { action }: RuleModel,
  { decision, edits = [] }: RuleEvent,
  { run, trial }: Passage,
): string {
  switch (action.kind) {
    case 'block':
      return `block ${action.status}`
    case 'redirect':
      return `redirect ${action.status}${decision?.location === undefined ? '' : ` to ${run.shownLocation}`}`
    case 'skip':
      return describeSkip(action)
    case 'rewrite': {
      const words = edits.map((edit) =>
        edit.operation === 'remove'
          ? `remove ${edit.name}`
          : `${edit.operation} ${edit.name}: ${trial.secrets.maskField(edit.name, edit.value)}`,
      )
      return words.length === 0
        ? `edit ${[...new Set(action.headers.map((edit) => edit.name))].join(', ')}`
        : words.join(', ')
    }
    default:
      return action.kind
  }
}

function describeMatch(rule: RuleModel, mode: Mode, event: RuleEvent, passage: Passage): string {
  const action = describeAction(rule, event, passage)
  return mode === 'log' ? `matches, logged only (in mode enforce: ${action})` : `matches: ${action}`
}

function describeRule(rule: RuleModel, event: RuleEvent | undefined, passage: Passage): ItemReport {
  const { trial, facts, now, run } = passage
  const id = `rules.${rule.id}`
  const mode = capMode(rule.mode, trial.bundle.model.settings.stages.rules)
  if (mode === 'off') return { id, mode, applies: false, result: 'off' }
  if (event === undefined) return { id, mode, applies: false, result: 'not reached' }
  const matches = event.result === 'match'
  const result = matches ? describeMatch(rule, mode, event, passage) : RESULTS[event.result]
  const expression = event.result === 'skipped' ? undefined : trial.explain(id, facts, now)
  const ends = matches && run.terminal?.rule === id
  return {
    id,
    mode,
    applies: event.result !== 'no-match' && event.result !== 'skipped',
    result,
    ...(ends ? { ends } : {}),
    ...(expression ? { expression } : {}),
  }
}

/** All rules of the phase in their order, those that are off and those that were not reached too. */
export function describeRules(phase: Phase, passage: Passage): readonly ItemReport[] {
  const events = new Map(
    passage.run.events.flatMap((event) => (event.kind === 'rule' ? [[event.rule, event] as const] : [])),
  )
  return passage.trial.bundle.model.rules
    .filter((rule) => rule.phase === phase)
    .map((rule) => describeRule(rule, events.get(rule.id), passage))
}
