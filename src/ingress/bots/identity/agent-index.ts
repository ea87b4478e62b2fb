/**
 * Who a User-Agent says it is. One pass over the text, whatever the number of agents; a text seen before costs one
 * look-up.
 * @module
 */
import { splitAgents } from '../../../bundle/agents-part.ts'
import type { AgentModel } from '../../../bundle/bots-model.ts'
import type { PartBytes } from '../../../bundle/bundle.ts'
import { MAX_USER_AGENT } from '../../../http/agent-family.ts'
import type { Automaton } from '../../../lang/automaton/automaton.ts'
import { openAutomaton } from '../../../lang/automaton/automaton.ts'
import { AutomatonError } from '../../../lang/automaton/automaton-error.ts'
import type { Identity } from '../assessment.ts'
import { AgentsError } from './agents-error.ts'
import { createMatcher } from './match-agent.ts'
import { checkContent, toAgent } from './read-content.ts'
import { createRecent } from './recent.ts'

export interface AgentIndex {
  readonly agents: readonly AgentModel[]
  /** Never throws; looks at the first {@link MAX_USER_AGENT} characters. */
  identify(userAgent: string | undefined): Identity
  /** The agent of that name, as its operator writes it. */
  byName(name: string): AgentModel | undefined
}

/** Recent User-Agents that are remembered, twice: those of now and those before. */
const REMEMBERED = 1_024
/** Longer ones are not remembered, so that memory is bounded. */
const MAX_REMEMBERED = 512

const UNDECLARED: Identity = { declared: false }
const DECLARED: Identity = { declared: true }

/** Opens the part in place; its buffer must not change after. Throws `AgentsError` when it is malformed. */
export function openAgents(part: PartBytes, options: { readonly remembered?: number } = {}): AgentIndex {
  const split = splitAgents(part)
  if (split === undefined) throw new AgentsError('These bytes are not a part with agents.')
  const content = checkContent(split.content)
  const automaton = open(split.automaton)
  if (automaton.literals !== content.owners.length)
    throw new AgentsError('The patterns of agents are not those of the automaton.')
  const agents = content.agents.map(toAgent)
  const identities = agents.map((agent): Identity => ({ declared: true, agent }))
  const results = content.owners.map((owner) => identities[owner] ?? DECLARED)
  const match = createMatcher(automaton, content)
  const recent = createRecent<Identity>(options.remembered ?? REMEMBERED)
  const names = new Map(agents.map((agent) => [agent.name, agent]))

  function identifyAnew(userAgent: string): Identity {
    const text = userAgent.length > MAX_USER_AGENT ? userAgent.slice(0, MAX_USER_AGENT) : userAgent
    const found = match(text)
    if (found === 'none') return UNDECLARED
    return found === 'structure' ? DECLARED : (results[found] ?? DECLARED)
  }

  return {
    agents,
    byName: (name) => names.get(name),
    identify(userAgent) {
      if (userAgent === undefined || userAgent === '') return UNDECLARED
      const known = recent.get(userAgent)
      if (known !== undefined) return known
      const identity = identifyAnew(userAgent)
      if (userAgent.length <= MAX_REMEMBERED) recent.set(userAgent, identity)
      return identity
    },
  }
}

function open({ buffer, offset, length }: PartBytes): Automaton {
  try {
    return openAutomaton(buffer, offset, length)
  } catch (cause) {
    if (!(cause instanceof AutomatonError)) throw cause
    throw new AgentsError(cause.message, { cause })
  }
}
