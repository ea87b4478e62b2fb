/**
 * The groups of a robots.txt as they will be written, each of what holds for who reads it.
 * @module
 */
import { mergeRules } from './merge-rules.ts'
import type { RobotsRule } from './robots-rule.ts'
import type { RobotsGroup, RobotsText } from './robots-text.ts'

/** The token of whoever has no group. */
export const EVERYBODY = '*'
/** Rules of groups that are compared with others. */
const MOST_COMPARED = 50

/** A group as it will be written. */
export interface Section {
  readonly names: string[]
  readonly rules: readonly RobotsRule[]
  readonly extras: readonly string[]
}

const SIGNAL = /^content-signal\s*:/i

/**
 * The section of a token: made once for all with the same rules of ours and the same groups of the origin's, as a
 * file may name a thousand of them before a hundred thousand rules.
 */
export function createSections(
  { groups, names }: RobotsText,
  signals: string | undefined,
): (token: string, own: readonly RobotsRule[]) => Section {
  const made = new Map<string, Section>()
  const said = new Map<string, Section>()
  const groupsOf = new Map<string, RobotsGroup[]>()
  for (const group of groups) {
    for (const token of group.tokens) {
      const known = groupsOf.get(token)
      if (known === undefined) groupsOf.set(token, [group])
      else known.push(group)
    }
  }
  const places = new Map(groups.map((group, i) => [group, i]))
  /** Short ones that say the same are one. */
  const merge = (section: Section, isAlone: boolean): Section => {
    if (isAlone || section.rules.length > MOST_COMPARED) return section
    const key = JSON.stringify([section.rules.map(({ pattern, allow }) => [pattern, allow]), section.extras])
    const same = said.get(key) ?? section
    said.set(key, same)
    return same
  }
  return (token, own) => {
    // A crawler reads the groups with its token, else those of everybody (section 2.2.1).
    const read = groupsOf.get(names.has(token) ? token : EVERYBODY) ?? []
    // The group of everybody stays alone, where people look for it.
    const key = JSON.stringify([
      token === EVERYBODY,
      read.map((group) => places.get(group)),
      own.map(({ pattern, allow }) => [pattern, allow]),
    ])
    const known = made.get(key)
    if (known !== undefined) return known
    const section = merge(toSection(own, read, signals), token === EVERYBODY)
    made.set(key, section)
    return section
  }
}

function toSection(
  own: readonly RobotsRule[],
  groups: readonly RobotsGroup[],
  signals: string | undefined,
): Section {
  const theirs = groups.flatMap(({ rules }) => rules)
  const lines = new Set(groups.flatMap(({ extras }) => extras))
  const kept = [...lines].filter((line) => signals === undefined || !SIGNAL.test(line))
  return {
    names: [],
    rules: mergeRules(own, theirs),
    extras: signals === undefined ? kept : [signals, ...kept],
  }
}
