/**
 * The crawlers of the npm package `crawler-user-agents` (MIT) as agents, read when a policy is built.
 * @module
 */
import crawlers from 'crawler-user-agents'
import { AGENT_CLASSES } from '../../../bundle/agent-classes.ts'
import type { AgentClass } from '../../../bundle/bots-model.ts'
import { EXCLUSIONS } from './exclusions.ts'
import type { Patterns } from './pattern.ts'
import { readRegex } from './read-regex.ts'

export interface ListedCrawler extends Patterns {
  readonly name: string
  readonly class: AgentClass
}

/** What an entry has besides what the package's types say. */
interface Entry {
  readonly pattern: string
  readonly instances?: readonly string[]
  readonly tags?: readonly string[]
}

/** All entries but those that hit browsers of people. */
export function readCrawlerList(): readonly ListedCrawler[] {
  return crawlers.flatMap((entry: Entry) => {
    const exclusion = EXCLUSIONS.find(
      ({ list, pattern }) => list === 'crawler-user-agents' && pattern === entry.pattern,
    )
    const source = exclusion === undefined ? entry.pattern : exclusion.instead
    if (source === undefined) return []
    const patterns = readRegex(source, '')
    return [{ name: nameOf(entry, patterns), class: classOf(entry), ...patterns }]
  })
}

/** Why an agent is listed twice or more is the more telling the earlier it is here. */
const BY_TAG: readonly (readonly [tag: string, agentClass: AgentClass])[] = [
  // What it is for is not said there; agents of which we know are in our own table.
  ['ai-crawler', 'ai-undocumented'],
  ...AGENT_CLASSES.map((name) => [name, name] as const),
]

function classOf({ tags = [] }: Entry): AgentClass {
  return BY_TAG.find(([tag]) => tags.includes(tag))?.[1] ?? 'other'
}

/** The text it looks for, else what it finds in the first example: `[cC]urebot` has none of the name's spelling. */
function nameOf({ pattern, instances = [] }: Entry, { literals }: Patterns): string {
  const [only, ...others] = literals
  if (others.length === 0 && typeof only?.check === 'string') return cleanName(only.check)
  const regex = new RegExp(pattern)
  const found = instances.map((text) => regex.exec(text)?.[0]).find((text) => text !== undefined)
  return cleanName(found ?? pattern.replaceAll('\\', ''))
}

function cleanName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9 \-_./!+'()&:]/g, ' ')
    .replace(/ +/g, ' ')
    .slice(0, 64)
    .replace(/^[ /]+|[ /]+$/g, '')
  return name === '' ? text : name
}
