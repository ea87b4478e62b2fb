/**
 * The lists that expressions name with `$`.
 * @module
 */
import type { ListModel } from '../../bundle/model.ts'
import type { Value } from '../../lang/value.ts'
import { createHostSet } from '../../net/host-set.ts'
import type { PrefixSet } from '../../net/prefix-set.ts'

/** Whether a value is on a list. A value of another type never is. */
export type ListTest = (value: Value) => boolean

/** Opens the lists of a policy, each once. `prefixSet` is asked here for every list of addresses. */
export function openLists(
  models: readonly ListModel[],
  prefixSet: (part: string) => PrefixSet,
): ReadonlyMap<string, ListTest> {
  return new Map(models.map((model) => [model.name, openList(model, prefixSet)]))
}

function openList(model: ListModel, prefixSet: (part: string) => PrefixSet): ListTest {
  switch (model.kind) {
    case 'ip': {
      const set = prefixSet(model.part)
      return (value) => typeof value === 'object' && 'version' in value && set.has(value)
    }
    case 'asn': {
      const numbers = new Set(model.values)
      return (value) => typeof value === 'number' && numbers.has(value)
    }
    case 'country': {
      const codes = new Set(model.values)
      return (value) => typeof value === 'string' && codes.has(value)
    }
    case 'hostname': {
      const names = createHostSet(model.values)
      return (value) => typeof value === 'string' && names.has(value.toLowerCase())
    }
  }
}
