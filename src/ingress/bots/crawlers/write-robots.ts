/**
 * robots.txt (RFC 9309) made of the policy that is enforced, and of the origin's own.
 * @module
 */
import type { AgentModel, BotsModel, CrawlerPolicy } from '../../../bundle/bots-model.ts'
import { mergeRules } from './merge-rules.ts'
import { CLOSED, writeRules } from './own-rules.ts'
import type { RobotsRule } from './robots-rule.ts'
import { createSections, EVERYBODY, type Section } from './robots-sections.ts'
import { LONGEST_ROBOTS, type RobotsText, readRobots } from './robots-text.ts'

type CrawlersModel = BotsModel['crawlers']

/** Characters of the origin's file that are merged rule by rule: some 15 ms of the 50 that a request may take. */
const MOST_MERGED = 64 * 1024
const NO_ORIGIN: RobotsText = { groups: [], names: new Map(), globals: [], comments: [] }

/** What the policy says to one product token. */
interface TokenRules {
  /** As it is written. */
  readonly name: string
  readonly rules: readonly RobotsRule[]
}

/**
 * Writes the file that crawlers get. What it allows to a product token, the policy lets pass for the agents with that
 * token, and the origin's own file allows it, too; what it forbids, one of the two forbids.
 *
 * - A crawler reads one group: its own, else the one of `*`. So each group has all that holds for who reads it: the
 *   policy's rules, those of the origin's file for that token (or for `*`), and the maze.
 * - Who says that it is automated and is not known is of class `other`: that is `*`.
 * - Two agents with one token get what both get.
 * - A file of the origin's that is too long to be merged comes as it is behind what is closed: groups of one name add
 *   up (section 2.2.1), so that what either closes is closed, unless the origin's opens a longer path below it.
 * - Content signals are written when the policy has them, into each group, in place of the origin's.
 * @param maze Path prefix of the maze, when there is one.
 * @param origin The text of the origin's file; absent: it has none.
 */
export function writeRobots(
  crawlers: CrawlersModel,
  agents: readonly AgentModel[],
  maze: string | undefined,
  origin?: string,
): string {
  if (crawlers.robots === 'off') return origin ?? ''
  const open = writeRules({ action: 'allow', paths: [] }, maze)
  const ours = collectTokens(crawlers, agents, maze, open)
  const everybody = writeRules(crawlers.classes.other, maze)
  if (crawlers.robots === 'merge' && origin !== undefined && origin.length > MOST_MERGED)
    return writeBefore(ours, everybody, origin)
  const theirs =
    crawlers.robots === 'replace' || origin === undefined
      ? NO_ORIGIN
      : readRobots(origin, new Set(ours.keys()))
  const sectionOf = createSections(theirs, signalsLine(crawlers.signals))
  const sections = new Set<Section>()
  for (const token of chooseTokens(ours, everybody, open, theirs)) {
    const { rules = everybody, name = theirs.names.get(token) ?? token } = ours.get(token) ?? {}
    const section = sectionOf(token, rules)
    section.names.push(name)
    sections.add(section)
  }
  return render([...sections], theirs)
}

/** What can stand in a User-agent line and be read there; agents with any other token have none. */
const TOKEN = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9._-])?$/

/** The policy's rules by token in lower case. */
function collectTokens(
  { classes, agents: own, tokens }: CrawlersModel,
  agents: readonly AgentModel[],
  maze: string | undefined,
  open: readonly RobotsRule[],
): ReadonlyMap<string, TokenRules> {
  const written = new Map<CrawlerPolicy, readonly RobotsRule[]>()
  const found = new Map<string, TokenRules>()
  const add = (name: string, rules: readonly RobotsRule[]): void => {
    if (!TOKEN.test(name)) return
    const token = name.toLowerCase()
    const known = found.get(token)
    found.set(token, known ? { ...known, rules: mergeRules(known.rules, rules) } : { name, rules })
  }
  for (const { name, class: kind, robots } of agents) {
    if (robots === undefined) continue
    const policy = (Object.hasOwn(own, name) ? own[name] : undefined) ?? classes[kind]
    let rules = written.get(policy)
    if (rules === undefined) {
      rules = writeRules(policy, maze)
      written.set(policy, rules)
    }
    add(robots, rules)
  }
  for (const [name, action] of Object.entries(tokens)) add(name, action === 'deny' ? CLOSED : open)
  return found
}

/**
 * The tokens that need a group: those of the origin's file; those that something is closed to, as some crawlers take
 * no notice of `*`; and those that get anything else than the group says that they would read without one: that of
 * `*`, or of a shorter name, as Googlebot-Image reads that of Googlebot.
 *
 * `*` comes last: in a file that is cut off at 500 KiB (section 2.5) who is refused by name should have been named.
 */
function chooseTokens(
  ours: ReadonlyMap<string, TokenRules>,
  everybody: readonly RobotsRule[],
  open: readonly RobotsRule[],
  theirs: RobotsText,
): readonly string[] {
  const chosen = new Set([...theirs.names.keys()].filter((token) => token !== EVERYBODY))
  const rulesOf = (token: string): readonly RobotsRule[] => ours.get(token)?.rules ?? everybody
  for (const token of [...ours.keys()].sort((a, b) => a.length - b.length)) {
    const shorter = findShorter(token, chosen)
    const read = [open, everybody, ...(shorter === undefined ? [] : [rulesOf(shorter)])]
    if (read.some((rules) => !isSame(rulesOf(token), rules))) chosen.add(token)
  }
  const rank = (token: string): number => (isSame(rulesOf(token), CLOSED) ? 0 : 1)
  const sorted = [...chosen].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return [...sorted, EVERYBODY]
}

function isSame(some: readonly RobotsRule[], others: readonly RobotsRule[]): boolean {
  if (some.length !== others.length) return false
  return some.every(({ pattern, allow }, i) => pattern === others[i]?.pattern && allow === others[i]?.allow)
}

/** The longest chosen token that another begins with, up to a `-`. */
function findShorter(token: string, chosen: ReadonlySet<string>): string | undefined {
  for (let end = token.lastIndexOf('-'); end > 0; end = token.lastIndexOf('-', end - 1)) {
    if (chosen.has(token.slice(0, end))) return token.slice(0, end)
  }
  return undefined
}

/** Where the origin's groups begin: what stands before them would be taken for more of ours. */
const FIRST_GROUP = /^[ \t]*user[ -]?agent[ \t]*:/im
const SITEMAP = /^sitemap\s*:/i

/** Groups of ours that hide nothing of the origin's: of those that are refused everywhere, and of everybody. */
function writeBefore(
  ours: ReadonlyMap<string, TokenRules>,
  everybody: readonly RobotsRule[],
  origin: string,
): string {
  const closed = [...ours.values()].filter(({ rules }) => isSame(rules, CLOSED)).map(({ name }) => name)
  const section = (names: readonly string[], rules: readonly RobotsRule[]): readonly Section[] =>
    names.length === 0 || rules.length === 0 ? [] : [{ names: [...names], rules, extras: [] }]
  const own = [...section(closed.sort(), CLOSED), ...section([EVERYBODY], everybody)]
  const at = origin.search(FIRST_GROUP)
  // What stands before all groups is of none, and of that crawlers know this (section 2.2.4).
  const head = (at === -1 ? origin : origin.slice(0, at)).split('\n').filter((line) => SITEMAP.test(line))
  const text = [render(own, NO_ORIGIN), ...head, at === -1 ? '' : origin.slice(at)].join('\n')
  return text.length > LONGEST_ROBOTS ? text.slice(0, text.lastIndexOf('\n', LONGEST_ROBOTS) + 1) : text
}

function signalsLine(signals: CrawlersModel['signals']): string | undefined {
  const entries = Object.entries(signals ?? {})
  if (entries.length === 0) return undefined
  return `Content-Signal: ${entries.map(([name, value]) => `${name}=${value}`).join(', ')}`
}

/** Longer rules first: old crawlers take the first that fits, and so come to the same end. */
function render(sections: readonly Section[], { globals, comments }: RobotsText): string {
  const blocks = sections.map(({ names, rules, extras }) => {
    const sorted = [...rules].sort(
      (a, b) => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow),
    )
    const lines = sorted.map(({ allow, pattern }) => `${allow ? 'Allow' : 'Disallow'}: ${pattern}`)
    return [
      ...names.map((name) => `User-agent: ${name}`),
      ...extras,
      ...(lines.length === 0 ? ['Allow: /'] : lines),
    ].join('\n')
  })
  const rest = [globals, comments].filter(({ length }) => length > 0).map((lines) => lines.join('\n'))
  return `${[...blocks, ...rest].join('\n\n')}\n`
}
