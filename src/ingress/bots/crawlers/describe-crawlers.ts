/**
 * The policy of crawlers for people: what each class and agent gets, how it proves who it is, what robots.txt says.
 * @module
 */
import type {
  AgentClass,
  AgentModel,
  BotsModel,
  CrawlerPolicy,
  CrawlerTerms,
} from '../../../bundle/bots-model.ts'
import { closesDoor } from './closes-door.ts'

/** Markdown: a table of classes, one of agents with terms of their own, one of tokens without an agent. */
export function describeCrawlers(crawlers: BotsModel['crawlers'], agents: readonly AgentModel[]): string {
  const byClass = new Map<AgentClass, AgentModel[]>()
  for (const agent of agents) {
    const members = byClass.get(agent.class) ?? []
    if (members.length === 0) byClass.set(agent.class, members)
    members.push(agent)
  }
  const classes = Object.entries(crawlers.classes).map(([name, policy]) => {
    const members = byClass.get(name as AgentClass) ?? []
    return [name, describePolicy(policy), saysRobots(policy), `${members.length}`, mentionSome(members)]
  })
  const own = agents
    .filter(({ name }) => Object.hasOwn(crawlers.agents, name))
    .map((agent) => {
      const policy = crawlers.agents[agent.name] ?? crawlers.classes[agent.class]
      const robots = agent.robots === undefined ? 'has no token' : saysRobots(policy)
      return [agent.name, agent.class, describePolicy(policy), robots, describeProof(agent)]
    })
  const tokens = Object.entries(crawlers.tokens).map(([name, action]) => [name, action])
  const parts = [
    table(['Class', 'Gets', 'In robots.txt', 'Agents', 'Such as'], classes),
    ...(own.length === 0 ? [] : [table(['Agent', 'Class', 'Gets', 'In robots.txt', 'Proved by'], own)]),
    ...(tokens.length === 0 ? [] : [table(['Token in robots.txt', 'Says'], tokens)]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** How an agent proves that it is itself. */
export function describeProof({ proof }: AgentModel): string {
  const means = [
    ...(proof.signature.length > 0 ? ['signature'] : []),
    ...(proof.ranges.length > 0 ? ['published addresses'] : []),
    ...(proof.dns.length > 0 ? ['host names'] : []),
  ]
  return means.length === 0 ? 'nothing' : means.join(', ')
}

/** `rate, 60 in 60 s`. */
export function describeTerms({ action, rate, price }: CrawlerTerms): string {
  if (action === 'rate' && rate) return `rate, ${rate.requests} in ${rate.period} s`
  return action === 'price' && price !== undefined ? `price, ${price}` : action
}

function describePolicy(policy: CrawlerPolicy): string {
  const paths = policy.paths.map((terms) => {
    const { kind, value } = terms.path
    return `${kind === 'exact' ? 'only ' : ''}\`${value}\`: ${describeTerms(terms)}`
  })
  return [describeTerms(policy), ...paths].join('; ')
}

function saysRobots(policy: CrawlerPolicy): string {
  const isClosed = closesDoor(policy.action)
  const differs = policy.paths.some(({ action }) => closesDoor(action) !== isClosed)
  return `${isClosed ? 'closed' : 'open'}${differs ? ', but for paths' : ''}`
}

/** Agents of a class that are named for an example. */
const EXAMPLES = 3

/** Those that can prove who they are first: they are the ones that are known best. */
function mentionSome(members: readonly AgentModel[]): string {
  const known = members.filter((agent) => describeProof(agent) !== 'nothing')
  const others = members.filter(({ operator }) => operator !== undefined)
  return [...new Set([...known, ...others, ...members].map(({ name }) => name))].slice(0, EXAMPLES).join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
