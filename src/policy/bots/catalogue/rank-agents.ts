/**
 * Puts together who is known from where, and whose pattern counts when several occur in one User-Agent.
 * @module
 */
import type { LiteralCheck } from '../../../bundle/agents-part.ts'
import type { AgentClass, AgentModel } from '../../../bundle/bots-model.ts'
import { AGENTS } from './agents.ts'
import { readCrawlerList } from './crawler-list.ts'
import type { OwnAgent } from './own-agent.ts'
import { parsePattern } from './parse-pattern.ts'
import type { LiteralPattern } from './pattern.ts'

export interface RankedPattern {
  readonly agent: AgentModel
  readonly literal: string
  readonly check: LiteralCheck
}

export interface RankedAgents {
  readonly agents: readonly AgentModel[]
  /** The first that holds says who it is. */
  readonly patterns: readonly RankedPattern[]
  readonly problems: readonly string[]
}

/** Names that say what a client is made of: who says something else besides is that. */
const GENERIC: ReadonlySet<AgentClass> = new Set<AgentClass>(['http-library', 'browser-automation'])

export function rankAgents(own: readonly OwnAgent[], ignore: readonly string[]): RankedAgents {
  const collection = new Collection(new Set(ignore.map(fold)))
  for (const { pattern, ...agent } of own) collection.addWritten(0, agent, [pattern])
  for (const { patterns, ...agent } of AGENTS)
    collection.addWritten(GENERIC.has(agent.class) ? 3 : 1, agent, patterns)
  for (const { name, class: agentClass, literals } of readCrawlerList())
    collection.addListed(GENERIC.has(agentClass) ? 4 : 2, name, agentClass, literals)
  collection.reportUnknown(ignore)
  return collection.rank()
}

class Collection {
  readonly #ignored: ReadonlySet<string>
  readonly #met = new Set<string>()
  readonly #agents = new Map<string, AgentModel>()
  readonly #patterns: (RankedPattern & { readonly tier: number })[] = []
  readonly #problems: string[] = []
  /** Lower-case literals that are enough by themselves. */
  readonly #plain: string[] = []

  constructor(ignored: ReadonlySet<string>) {
    this.#ignored = ignored
  }

  /** Of the operator's or of our own table. */
  addWritten(tier: number, agent: AgentModel, patterns: readonly string[]): void {
    const known = this.#take(agent)
    if (known === undefined) return
    for (const text of patterns) {
      const parsed = parsePattern(text)
      if (parsed.ok) this.#add(tier, known, parsed.pattern)
      else this.#problems.push(`${parsed.message} (agent ${known.name})`)
    }
  }

  /** Of a published list: not if another pattern is always there too and comes first. */
  addListed(tier: number, name: string, agentClass: AgentClass, patterns: readonly LiteralPattern[]): void {
    const news = patterns.filter(({ literal, check }) => {
      const text = fold(literal)
      return !(typeof check === 'string' && this.#plain.some((plain) => text.includes(plain)))
    })
    if (news.length === 0) {
      this.#met.add(fold(name))
      return
    }
    const known = this.#take({ name, class: agentClass, proof: { signature: [], ranges: [], dns: [] } })
    if (known === undefined) return
    for (const pattern of news) this.#add(tier, known, pattern)
  }

  reportUnknown(ignore: readonly string[]): void {
    for (const name of ignore)
      if (!this.#met.has(fold(name)))
        this.#problems.push(`There is no agent ${JSON.stringify(name)} to ignore`)
  }

  rank(): RankedAgents {
    const patterns = this.#patterns.sort((a, b) => a.tier - b.tier || b.literal.length - a.literal.length)
    return { agents: [...this.#agents.values()], patterns, problems: this.#problems }
  }

  /** The one agent of that name; the first that came has said what it is. */
  #take(agent: AgentModel): AgentModel | undefined {
    const key = fold(agent.name)
    this.#met.add(key)
    if (this.#ignored.has(key)) return undefined
    const known = this.#agents.get(key)
    if (known !== undefined) return known
    this.#agents.set(key, agent)
    return agent
  }

  #add(tier: number, agent: AgentModel, { literal, check }: LiteralPattern): void {
    if (check === 0) this.#plain.push(fold(literal))
    this.#patterns.push({ tier, agent, literal, check })
  }
}

function fold(text: string): string {
  return text.toLowerCase()
}
