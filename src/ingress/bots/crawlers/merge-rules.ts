/**
 * Two sets of rules as one that allows what both allow.
 * @module
 */
import { CLOSED, probeOf } from './own-rules.ts'
import { isAllowed, type RobotsRule } from './robots-rule.ts'

/** Comparisons of rules with rules: beyond that, only what closes is taken over from either. */
const MOST_WORK = 200_000

/**
 * Rules under which a crawler never fetches what `own` closes, nor what `origin` closes.
 *
 * The longest rule wins, so to put two lists together would let a long `Allow` of one open what the other has closed.
 * A rule without wildcards is about all paths below it up to the next longer one: there it says what both say. An
 * `Allow` with wildcards of the origin's that reaches into what is closed is left out, and what it would have opened
 * elsewhere stays as the other rules have it; a `Disallow` with wildcards is said again, at length, where a longer
 * rule of ours would open what it closes.
 * @param own Without wildcards.
 */
export function mergeRules(own: readonly RobotsRule[], origin: readonly RobotsRule[]): readonly RobotsRule[] {
  if (origin.length === 0) return own
  if (own.length === 1 && own[0]?.pattern === '/' && !own[0].allow) return CLOSED
  if (own.length * origin.length > MOST_WORK) return unique([...own, ...origin].filter(({ allow }) => !allow))
  const merged = own.map((rule) => ({
    pattern: rule.pattern,
    allow: rule.allow && isAllowed(origin, probeOf(rule)),
  }))
  const closed = own.filter(({ allow }) => !allow)
  const opened = merged.filter(({ allow }) => allow)
  for (const rule of origin) {
    if (!rule.pattern.includes('*'))
      merged.push({ pattern: rule.pattern, allow: rule.allow && isAllowed(own, probeOf(rule)) })
    else if (!rule.allow) merged.push(rule, ...within(rule, opened))
    else if (!closed.some((other) => other.pattern.length <= rule.pattern.length && meet(rule, other)))
      merged.push(rule)
  }
  return unique(merged)
}

/** Whether some path may match both; the second has no wildcards. */
function meet(wild: RobotsRule, plain: RobotsRule): boolean {
  const head = wild.pattern.slice(0, wild.pattern.indexOf('*'))
  const text = plain.pattern.endsWith('$') ? plain.pattern.slice(0, -1) : plain.pattern
  return text.startsWith(head) || head.startsWith(text)
}

/** A rule with wildcards, as the rules it is within what each opened rule is about. */
function within(rule: RobotsRule, opened: readonly RobotsRule[]): readonly RobotsRule[] {
  const found: RobotsRule[] = []
  for (const { pattern } of opened) {
    // The end of a path has been looked at itself.
    if (pattern.length < rule.pattern.length || pattern.endsWith('$')) continue
    for (const rest of restsOf(rule.pattern, pattern)) found.push({ allow: false, pattern: pattern + rest })
  }
  return found
}

/** What is left of a pattern once it has matched the whole of `text`, in each way that it can. */
function restsOf(pattern: string, text: string): readonly string[] {
  let states = withSkipped(pattern, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const at of states) {
      if (pattern[at] === '*') next.add(at)
      else if (pattern[at] === character) next.add(at + 1)
    }
    states = withSkipped(pattern, next)
  }
  // What follows a `*` is in what begins with it.
  const starts = [...states].filter((at) => !(pattern[at - 1] === '*' && states.has(at - 1)))
  return starts.map((at) => pattern.slice(at)).filter((rest) => rest !== '')
}

/** A `*` may stand for nothing. */
function withSkipped(pattern: string, states: Set<number>): Set<number> {
  for (const at of states) if (pattern[at] === '*') states.add(at + 1)
  return states
}

/** Where a pattern comes twice, the rule that allows holds anyway. */
function unique(rules: readonly RobotsRule[]): readonly RobotsRule[] {
  const found = new Map<string, boolean>()
  for (const { pattern, allow } of rules) found.set(pattern, allow || found.get(pattern) === true)
  return [...found].map(([pattern, allow]) => ({ pattern, allow }))
}
