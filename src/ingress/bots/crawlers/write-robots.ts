/**
 * robots.txt (RFC 9309) made of the policy that is enforced, and of the origin's own.
 * @module
 */
import type { AgentModel, BotsModel, CrawlerPolicy } from '../../../bundle/bots-model.ts'
import { mergeRules } from './merge-rules.ts'
import { CLOSED, writeRules } from './own-rules.ts'
import type { RobotsRule } from './robots-rule.ts'
import { type RobotsGroup, type RobotsText, readRobots } from './robots-text.ts'

type CrawlersModel = BotsModel['crawlers']

const EVERYBODY = '*'
const NO_ORIGIN: RobotsText = { groups: [], names: new Map(), globals: [], comments: [] }

/** What the policy says to one product token. */
interface TokenRules {
  /** As it is written. */
  readonly name: string
  readonly rules: readonly RobotsRule[]
}

/** A group as it will be written. */
interface Section {
  readonly names: string[]
  readonly rules: readonly RobotsRule[]
  readonly extras: readonly string[]
}

/**
 * Writes the file that crawlers get. What it allows to a product token, the policy lets pass for the agents with that
 * token, and the origin's own file allows it, too; what it forbids, one of the two forbids.
 *
 * - A crawler reads one group: its own, else the one of `*`. So each group has all that holds for who reads it: the
 *   policy's rules, those of the origin's file for that token (or for `*`), and the maze.
 * - Who says that it is automated and is not known is of class `other`: that is `*`.
 * - Two agents with one token get what both get.
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
  const theirs =
    crawlers.robots === 'replace' || origin === undefined
      ? NO_ORIGIN
      : readRobots(origin, new Set(ours.keys()))
  const everybody = writeRules(crawlers.classes.other, maze)
  const signals = signalsLine(crawlers.signals)
  const sections = new Map<string, Section>()
  for (const token of chooseTokens(ours, everybody, open, theirs)) {
    const { rules = everybody, name = theirs.names.get(token) ?? token } = ours.get(token) ?? {}
    const groups = groupsOf(theirs, token)
    const section = toSection(rules, groups, signals)
    // The group of everybody stays alone, where people look for it.
    const key = token === EVERYBODY ? token : JSON.stringify([section.rules, section.extras])
    const same = sections.get(key) ?? section
    same.names.push(name)
    sections.set(key, same)
  }
  return render([...sections.values()], theirs)
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

/** The origin's groups that a crawler reads: those with its token, else those of everybody (section 2.2.1). */
function groupsOf({ groups, names }: RobotsText, token: string): readonly RobotsGroup[] {
  const read = names.has(token) ? token : EVERYBODY
  return groups.filter(({ tokens }) => tokens.includes(read))
}

const SIGNAL = /^content-signal\s*:/i

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
