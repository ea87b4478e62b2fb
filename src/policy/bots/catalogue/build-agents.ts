/**
 * Compiles all that is known of agents to the part of the bundle by which the edge recognises them.
 * @module
 */
import {
  type AgentRow,
  type AgentsContent,
  CHECK,
  type LiteralCheck,
  packAgents,
} from '../../../bundle/agents-part.ts'
import type { AgentModel } from '../../../bundle/bots-model.ts'
import { buildAutomaton } from '../../../lang/automaton/build-automaton.ts'
import { readDeclaredList } from './declared-list.ts'
import type { OwnAgent } from './own-agent.ts'
import { type RankedAgents, rankAgents } from './rank-agents.ts'

export interface BuiltAgents {
  readonly part: Uint8Array<ArrayBuffer>
  /** All that can be recognised, in the order of their rank. */
  readonly agents: readonly AgentModel[]
  /** What is wrong with `own` and `ignore`, without a full stop; the part leaves it out. */
  readonly problems: readonly string[]
}

/**
 * @param options.own Agents of the operator's, which come before all others; one with the name of a known agent
 * takes its place, and its pattern is added. @param options.ignore Names of agents that are not recognised; a client
 * that says in other ways that it is automated is still taken at its word.
 */
export function buildAgents(options: {
  readonly own: readonly OwnAgent[]
  readonly ignore: readonly string[]
}): BuiltAgents {
  const ranked = rankAgents(options.own, options.ignore)
  const { automaton, content } = toContent(ranked)
  return {
    part: packAgents(automaton, content),
    agents: ranked.agents,
    problems: ranked.problems,
  }
}

function toContent({ agents, patterns }: RankedAgents): {
  readonly automaton: ArrayBuffer
  readonly content: AgentsContent
} {
  const declared = readDeclaredList()
  const places = new Map(agents.map((agent, place) => [agent, place]))
  const literals = [
    ...patterns.map(({ literal }) => literal),
    ...declared.literals.map(({ literal }) => literal),
  ]
  return {
    automaton: buildAutomaton(literals, { ignoreCase: true }),
    content: {
      agents: agents.map(toRow),
      owners: [...patterns.map(({ agent }) => places.get(agent) ?? -1), ...declared.literals.map(() => -1)],
      checks: [
        ...patterns.map(({ agent, check }) => shorten(check, agent.name)),
        ...declared.literals.map(({ check }) => check),
      ],
      structures: declared.structures,
    },
  }
}

/** Most texts to look for are names: a third of the part's size. */
function shorten(check: LiteralCheck, name: string): LiteralCheck {
  if (check === name) return CHECK.name
  return check === `${name}/` ? CHECK.nameSlash : check
}

function toRow({ name, class: agentClass, operator, robots, proof }: AgentModel): AgentRow {
  const { signature, ranges, dns } = proof
  const row = [name, agentClass, operator ?? 0, robots ?? 0, signature, ranges, dns] as const
  const isEmpty = (value: AgentRow[number]): boolean => value === 0 || value?.length === 0
  const count = row.findLastIndex((value) => !isEmpty(value)) + 1
  return row.slice(0, count) as unknown as AgentRow
}
