/**
 * Compiles what a rule does with the requests it matches.
 * @module
 */
import type { RuleAction } from '../bundle/model.ts'
import type { RuleContext } from './rule-context.ts'
import { readText, reportAt } from './rule-context.ts'
import type { CustomRuleInput, RedirectRuleInput, SkipInput } from './rule-schema.ts'
import { suggestFix } from './suggest.ts'
import { checkLocation } from './urls.ts'

const FORBIDDEN = 403

export interface SkipTargets {
  /** Rules that run after the one that skips. */
  readonly later: readonly string[]
  /** Rules that have run before it. */
  readonly earlier: readonly string[]
  /** No rule is missing because its file could not be read. */
  readonly complete: boolean
}

function compileSkip(context: RuleContext, skip: SkipInput | undefined, targets: SkipTargets): RuleAction {
  const { current = false, phases = [], rules = [] } = skip ?? {}
  if (!current && phases.length === 0 && rules.length === 0) {
    const fix =
      'Add skip: {current: true} for the rules below this one, or skip: {phases: […]} or {rules: […]}.'
    reportAt(context, skip ? ['skip'] : ['action'], 'The rule skips nothing', fix, skip ? 'key' : 'value')
  }
  for (const [i, id] of rules.entries()) {
    if (targets.later.includes(id)) continue
    const gone = targets.earlier.includes(id) || id === context.id
    if (!gone && !targets.complete) continue
    const message = gone ? `Rule ${id} does not come after this one` : `There is no rule ${id}`
    const fix = gone
      ? `Only rules that come after ${context.id} can be skipped.`
      : suggestFix(id, targets.later)
    reportAt(context, ['skip', 'rules', i], message, fix)
  }
  return { kind: 'skip', current, phases: [...new Set(phases)], rules: [...new Set(rules)] }
}

/** The action of a rule of `custom.yaml`. */
export function compileCustomAction(
  context: RuleContext,
  rule: CustomRuleInput,
  targets: SkipTargets,
): RuleAction {
  const { action, status, skip } = rule
  if (skip && action !== 'skip') {
    reportAt(
      context,
      ['skip'],
      `The action is ${action}, not skip`,
      'Write action: skip, or remove skip.',
      'key',
    )
  }
  if (status !== undefined && action !== 'block') {
    const fix = 'Write action: block, or remove status.'
    reportAt(context, ['status'], `Only block has a status, and the action is ${action}`, fix, 'key')
  }
  if (action === 'block') return { kind: 'block', status: status ?? FORBIDDEN }
  return action === 'skip' ? compileSkip(context, skip, targets) : { kind: action }
}

/** The action of a rule of `redirects.yaml`; `undefined` after a problem was reported. */
export function compileRedirect(
  context: RuleContext,
  { redirect }: RedirectRuleInput,
): RuleAction | undefined {
  const place = ['redirect', 'target']
  const target = readText(context, place, redirect.target)
  if (target === undefined) return undefined
  if (typeof target === 'string') {
    const checked = checkLocation(target)
    if (!checked.ok) reportAt(context, place, checked.message, checked.fix)
    if (redirect.preserve_query && target.includes('#')) {
      const message = 'A query cannot be appended to a target with a fragment'
      reportAt(context, place, message, 'Remove # or preserve_query.')
    }
  }
  const { status, preserve_query } = redirect
  return { kind: 'redirect', status, target, preserve_query }
}
