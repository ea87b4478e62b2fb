/**
 * What differs between two policies in who clients are and what they get.
 * @module
 */
import type { BotsModel } from '../../bundle/bots-model.ts'
import { compareFields, itemOf } from './compare-fields.ts'
import type { PolicyChange } from './policy-change.ts'
import type { PolicyContent } from './policy-content.ts'
import { sameBytes } from './same-bytes.ts'

/** As deep as `verification.web_bot_auth.mode` and `crawlers.classes.seo.action` are. */
const DEPTH = 4

/** Lists of ranges by their ids, as their order says nothing. */
function toItem(bots: BotsModel): Readonly<Record<string, unknown>> {
  const { ranges, ...rest } = bots
  return itemOf({ ...rest, ranges: Object.fromEntries(ranges.map((range) => [range.id, range])) }, DEPTH)
}

function* compareParts(a: PolicyContent, b: PolicyContent): Generator<string> {
  const before = a.bundle.model.bots
  const after = b.bundle.model.bots
  if (!before || !after) return
  if (!sameBytes(a.parts.get(before.agents), b.parts.get(after.agents))) yield 'agents'
  for (const { id, snapshot } of after.ranges) {
    const old = before.ranges.find((range) => range.id === id)?.snapshot
    if (snapshot && old && !sameBytes(a.parts.get(old.part), b.parts.get(snapshot.part)))
      yield `addresses of ${id}`
  }
}

export function compareBots(a: PolicyContent, b: PolicyContent): readonly PolicyChange[] {
  const before = a.bundle.model.bots
  const after = b.bundle.model.bots
  if (!before && !after) return []
  const whole = { section: 'bots', id: '' } as const
  if (!before) return [{ ...whole, kind: 'added', details: [] }]
  if (!after) return [{ ...whole, kind: 'removed', details: [] }]
  const details = [...compareFields(toItem(before), toItem(after)), ...compareParts(a, b)]
  return details.length === 0 ? [] : [{ ...whole, kind: 'changed', details }]
}
