/**
 * What a skip rule may name: rules that come after it and were carried over.
 * @module
 */
import { LIMITS_FILE } from '../limits-schema.ts'
import { CUSTOM_FILE, REDIRECTS_FILE, TRANSFORMS_FILE } from '../rules.ts'
import type { LeftOut } from './import-report.ts'
import type { ImportTarget } from './import-targets.ts'
import type { WrittenRule } from './write-policy-file.ts'

/** A rule as it will be written, and where. */
export interface CarriedRule {
  readonly target: ImportTarget
  readonly subject: string
  readonly id: string
  readonly written: WrittenRule
}

export type LeaveOut = (file: string, entry: LeftOut) => void

/** Files in the order in which their rules run. */
export const IMPORTED_FILES: readonly string[] = [REDIRECTS_FILE, CUSTOM_FILE, LIMITS_FILE, TRANSFORMS_FILE]

/** `skip` names rules that come after it and were carried over, or it would not compile. */
function pruneSkip(
  one: CarriedRule,
  later: readonly CarriedRule[],
  leaveOut: LeaveOut,
): CarriedRule | undefined {
  const skip = one.written.skip as { readonly rules?: readonly string[] } | undefined
  if (!skip?.rules) return one
  const { rules: named, ...others } = skip
  const possible = new Set(later.flatMap(({ target, id }) => (target.file === LIMITS_FILE ? [] : [id])))
  const { file } = one.target
  const rules = named.filter((id) => possible.has(id))
  for (const id of named.filter((each) => !possible.has(each))) {
    const reason = `Without skipping the rule ${id}, which does not come after it here.`
    leaveOut(file, { subject: one.subject, what: 'part', reason })
  }
  const kept = rules.length > 0 ? { ...others, rules } : others
  if (Object.keys(kept).length > 0) return { ...one, written: { ...one.written, skip: kept } }
  leaveOut(file, { subject: one.subject, what: 'rule', reason: 'Nothing that it skips is here.' })
  return undefined
}

/** From the last to the first, so that what a rule may skip is settled before it. */
export function pruneSkips(carried: readonly CarriedRule[], leaveOut: LeaveOut): readonly CarriedRule[] {
  const ordered = IMPORTED_FILES.flatMap((file) => carried.filter(({ target }) => target.file === file))
  const kept: CarriedRule[] = []
  for (const one of ordered.reverse()) {
    const pruned = pruneSkip(one, kept, leaveOut)
    if (pruned) kept.push(pruned)
  }
  return kept.reverse()
}
