/**
 * What a publication will do, in words, before it is done.
 * @module
 */
import type { Rollout } from '../../bundle/delivery.ts'
import type { PublicationAction } from '../../bundle/next-pointer.ts'
import type { PublicationPlan } from '../../bundle/plan-publication.ts'
import { comparePolicies } from '../diff/compare-policies.ts'
import { describeChange } from '../diff/policy-change.ts'
import type { PolicyContent } from '../diff/policy-content.ts'

export interface PlanContext {
  readonly action: PublicationAction
  /** The policy that is published. */
  readonly candidate: PolicyContent | undefined
  /** What is active now, when that can be read. */
  readonly active: PolicyContent | undefined
}

const MAX_CHANGES = 50

export function describeRollout(rollout: Rollout): string {
  const { version } = rollout.candidate
  return rollout.mode === 'shadow'
    ? `${version} in the shadow: asked after the answer, disagreements are counted`
    : `${version} for ${rollout.percent} % of clients`
}

function describeChanges({ candidate, active }: PlanContext): readonly string[] {
  if (!candidate || !active) return []
  const changes = comparePolicies(active, candidate).map(describeChange)
  if (changes.length === 0) return ['Against what is active: no change in meaning.']
  const more = changes.length - MAX_CHANGES
  return [
    'Against what is active:',
    ...changes.slice(0, MAX_CHANGES).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ]
}

function describeBytes({ contents, bytes }: PublicationPlan): string {
  const shared = bytes.shared > 0 ? `, ${bytes.shared} bytes are in the store already` : ''
  const fresh = contents.length === 0 ? '' : `${contents.length} new value(s) of ${bytes.written} bytes, `
  return `Writes ${fresh}history and pointer${shared}.`
}

/** Several lines, without the last line break. */
export function describePlan(plan: PublicationPlan, context: PlanContext): string {
  const { serial, active, rollout, kill = [], not_after } = plan.pointer
  const lines = [
    ...describeChanges(context),
    `Serial ${serial} (${context.action.kind}):`,
    `  active   ${active.version}`,
    ...(rollout ? [`  rollout  ${describeRollout(rollout)}`] : []),
    ...(kill.length > 0 ? [`  off      ${kill.join(', ')}`] : []),
    ...(not_after === undefined ? [] : [`  expires  ${new Date(not_after * 1000).toISOString()}`]),
    describeBytes(plan),
  ]
  return lines.join('\n')
}
