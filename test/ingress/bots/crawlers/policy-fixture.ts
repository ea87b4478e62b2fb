import { AGENT_CLASSES } from '../../../../src/bundle/agent-classes.ts'
import type {
  AgentClass,
  AgentModel,
  BotsModel,
  ChallengeModel,
  CrawlerPolicy,
} from '../../../../src/bundle/bots-model.ts'

export type CrawlersModel = BotsModel['crawlers']

export const ALLOW: CrawlerPolicy = { action: 'allow', paths: [] }
export const DENY: CrawlerPolicy = { action: 'deny', paths: [] }

/** A policy of crawlers in which all classes are allowed but those given. */
export function crawlersOf(
  classes: Partial<Record<AgentClass, CrawlerPolicy>> = {},
  more: Partial<CrawlersModel> = {},
): CrawlersModel {
  const all = Object.fromEntries(AGENT_CLASSES.map((name) => [name, classes[name] ?? ALLOW]))
  return {
    classes: all as Record<AgentClass, CrawlerPolicy>,
    agents: {},
    robots: 'merge',
    tokens: {},
    ...more,
  }
}

export function agent(name: string, kind: AgentClass, robots: string | null = name): AgentModel {
  const proof = { signature: [], ranges: [], dns: [] }
  return { name, class: kind, ...(robots === null ? {} : { robots }), proof }
}

export const CHALLENGE: ChallengeModel = {
  status: 403,
  wait: 3,
  bits: { least: 8, most: 12 },
  life: { wait: 3600, proof: 3600, interactive: 3600 },
  max_life: 86_400,
  same_site: 'lax',
  exempt: [],
}

export const LABYRINTH: BotsModel['labyrinth'] = {
  mode: 'enforce',
  path: '/catalogue/',
  link: true,
  threshold: 25,
}
