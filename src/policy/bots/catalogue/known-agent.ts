/**
 * A row of our own table of agents.
 * @module
 */
import type { AgentClass, AgentModel } from '../../../bundle/bots-model.ts'

/** An agent and the words in a User-Agent that name it, in the form that {@link parsePattern} reads. */
export interface KnownAgent extends AgentModel {
  readonly patterns: readonly string[]
}

export interface AgentDetails {
  /** What names it in a User-Agent; its name by itself when absent. */
  readonly patterns?: readonly string[]
  /** Product token in robots.txt. */
  readonly robots?: string
  readonly signature?: readonly string[]
  /** Ids of `range-sources.ts`. */
  readonly ranges?: readonly string[]
  readonly dns?: readonly string[]
}

/** One row. Without an `operator` nobody has said whose it is, or everybody can run it. */
export function knownAgent(
  name: string,
  agentClass: AgentClass,
  operator: string,
  details: AgentDetails = {},
): KnownAgent {
  const { patterns = [name], robots, signature = [], ranges = [], dns = [] } = details
  return {
    name,
    class: agentClass,
    ...(operator === '' ? {} : { operator }),
    ...(robots === undefined ? {} : { robots }),
    proof: { signature, ranges, dns },
    patterns,
  }
}
