/**
 * What differs between two policies, item by item: for a person who is about to publish one.
 * @module
 */
import type { PartBytes } from '../../bundle/bundle.ts'
import { compareBots } from './compare-bots.ts'
import { compareFields, type Item, itemOf } from './compare-fields.ts'
import type { PolicyChange, Section } from './policy-change.ts'
import type { PolicyContent } from './policy-content.ts'
import { sameBytes } from './same-bytes.ts'

interface Items {
  readonly section: Section
  readonly before: readonly object[]
  readonly after: readonly object[]
  /** The field that names an item. */
  readonly key: 'id' | 'name'
  /** The field that names an item's part of addresses. */
  readonly part?: 'prefixes' | 'part'
}

function indexItems(items: readonly object[], key: string): Map<string, Item> {
  return new Map(items.map((item) => itemOf(item)).map((item) => [String(item[key]), item]))
}

function partOf(content: PolicyContent, item: Item, field: string | undefined): PartBytes | undefined {
  const name = field === undefined ? undefined : item[field]
  return typeof name === 'string' ? content.parts.get(name) : undefined
}

function compareItems(
  { section, before, after, key, part }: Items,
  a: PolicyContent,
  b: PolicyContent,
): PolicyChange[] {
  const old = indexItems(before, key)
  const young = indexItems(after, key)
  const changes: PolicyChange[] = []
  for (const [id, item] of old) {
    const next = young.get(id)
    if (!next) {
      changes.push({ section, id, kind: 'removed', details: [] })
      continue
    }
    const details = compareFields(item, next)
    if (!sameBytes(partOf(a, item, part), partOf(b, next, part))) details.push('addresses')
    if (details.length > 0) changes.push({ section, id, kind: 'changed', details })
  }
  for (const id of young.keys()) if (!old.has(id)) changes.push({ section, id, kind: 'added', details: [] })
  const stayed = [...old.keys()].filter((id) => young.has(id)).join('\n')
  const order = [...young.keys()].filter((id) => old.has(id)).join('\n')
  if (stayed !== order) changes.push({ section, id: '', kind: 'reordered', details: [] })
  return changes
}

function compareWhole(section: Section, before: object, after: object, depth = 1): PolicyChange[] {
  const details = compareFields(itemOf(before, depth), itemOf(after, depth))
  return details.length === 0 ? [] : [{ section, id: '', kind: 'changed', details }]
}

/** Changes from `before` to `after`, by section; empty when both decide alike. */
export function comparePolicies(before: PolicyContent, after: PolicyContent): readonly PolicyChange[] {
  const a = before.bundle.model
  const b = after.bundle.model
  const sections: readonly Items[] = [
    { section: 'guard', key: 'id', part: 'prefixes', before: a.access, after: b.access },
    { section: 'list', key: 'name', part: 'part', before: a.lists, after: b.lists },
    { section: 'rule', key: 'id', before: a.rules, after: b.rules },
    { section: 'limit', key: 'id', before: a.limits, after: b.limits },
    { section: 'route', key: 'id', before: a.routes, after: b.routes },
  ]
  return [
    ...compareWhole('settings', a.settings, b.settings),
    ...compareWhole('hygiene', a.hygiene, b.hygiene),
    ...sections.flatMap((items) => compareItems(items, before, after)),
    ...compareWhole('dos', a.dos, b.dos, 2),
    ...compareBots(before, after),
  ]
}
