/**
 * Lists of networks as intervals, so that rules which name them can be compared with others.
 * @module
 */
import type { ListModel } from '../../bundle/model.ts'
import { lastIpLiteral } from '../../lang/ip-literal.ts'
import { parsePrefix } from '../../net/prefix.ts'
import { entriesOf } from '../list-file.ts'
import { listNameOf } from '../named-lists.ts'
import type { PolicyFiles } from '../problem.ts'
import { type Interval, type IntervalSet, uniteIntervals } from './interval-set.ts'
import { positionOf } from './number-facts.ts'

/** Longer lists are not looked into: nothing is proved of what is on them. */
const MAX_ENTRIES = 10_000

function readNetworks(content: string): IntervalSet | undefined {
  const intervals: Interval[] = []
  for (const { text } of entriesOf(content)) {
    const result = parsePrefix(text)
    if (!result.ok) return undefined
    const { address, length } = result.prefix
    intervals.push({ from: positionOf(address), to: positionOf(lastIpLiteral(address, length)) })
  }
  return uniteIntervals(intervals)
}

/** By name, for the lists of addresses that are not too long. */
export function readNetworkLists(
  files: PolicyFiles,
  lists: readonly ListModel[],
): ReadonlyMap<string, IntervalSet> {
  const found = new Map<string, IntervalSet>()
  for (const [file, content] of files) {
    const name = file.startsWith('lists/') ? listNameOf(file) : undefined
    const list = lists.find((one) => one.name === name)
    if (list?.kind !== 'ip' || list.count > MAX_ENTRIES) continue
    const networks = readNetworks(content)
    if (networks) found.set(list.name, networks)
  }
  return found
}
