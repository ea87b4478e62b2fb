/**
 * The policy of a crawler as rules of robots.txt.
 * @module
 */
import type { CrawlerPolicy } from '../../../bundle/bots-model.ts'
import { trimPrefix } from '../../../http/scope.ts'
import { closesDoor } from './closes-door.ts'
import { compileTerms } from './path-terms.ts'
import { isAllowed, type RobotsRule } from './robots-rule.ts'

/** Everything is closed. */
export const CLOSED: readonly RobotsRule[] = [{ allow: false, pattern: '/' }]

/**
 * Rules that allow what the policy's terms let in, and nothing else. They have no wildcards but a `$` at the end.
 *
 * Prefixes of a policy are whole segments and those of robots.txt are not, and robots.txt looks at the query too:
 * `/a` of a policy becomes `/a$`, `/a?` and `/a/`.
 * @param maze Path prefix of the maze, with a slash at both ends; nobody who keeps to the rules enters it.
 */
export function writeRules(policy: CrawlerPolicy, maze: string | undefined): readonly RobotsRule[] {
  const termsOf = compileTerms(policy)
  const opens = (path: string): boolean => !closesDoor(termsOf(path).action)
  const root: RobotsRule = { allow: opens(BELOW_ROOT), pattern: '/' }
  const rules = [root]
  for (const { path } of policy.paths) rules.push(...rulesOf(path, opens))
  const kept = rules.filter(({ pattern }) => maze === undefined || !pattern.startsWith(maze))
  if (maze !== undefined) kept.push({ allow: false, pattern: escapeSpecial(maze) })
  return withoutRedundant(kept)
}

/** A path that no pattern of a policy names: canonical paths have no such character. */
const BELOW_ROOT = '/\u0001'

function rulesOf(
  { kind, value }: CrawlerPolicy['paths'][number]['path'],
  opens: (path: string) => boolean,
): readonly RobotsRule[] {
  const path = kind === 'prefix' ? trimPrefix(value) : value
  const pattern = escapeSpecial(path)
  const below: readonly RobotsRule[] =
    kind === 'prefix' ? [{ allow: opens(`${path}${BELOW_ROOT}`), pattern: `${pattern}/` }] : []
  if (path === '') return below
  const allow = opens(path)
  return [...below, { allow, pattern: `${pattern}$` }, { allow, pattern: `${pattern}?` }]
}

/** What has a meaning in patterns is escaped where a path has it literally (RFC 9309 section 2.2.3). */
function escapeSpecial(path: string): string {
  return path.replaceAll('*', '%2A').replaceAll('$', '%24')
}

/** Leaves out what the rules without it say anyway; shorter rules are looked at first. */
function withoutRedundant(rules: readonly RobotsRule[]): readonly RobotsRule[] {
  const kept: RobotsRule[] = []
  const sorted = [...rules].sort((a, b) => a.pattern.length - b.pattern.length)
  for (const rule of sorted) if (isAllowed(kept, probeOf(rule)) !== rule.allow) kept.push(rule)
  return kept
}

/** A path that a pattern without `*` matches and no longer prefix does. */
export function probeOf({ pattern }: RobotsRule): string {
  return pattern.endsWith('$') ? pattern.slice(0, -1) : `${pattern}\u0001`
}
