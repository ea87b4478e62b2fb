/**
 * Whose terms hold for whom: an agent's own before its class's.
 * @module
 */
import type { AgentClass, AgentModel, BotsModel } from '../../../bundle/bots-model.ts'
import type { Identity } from '../assessment.ts'
import type { Party } from './crawler-decisions.ts'
import { compileTerms, type TermsOfPath } from './path-terms.ts'

/** Terms and whose they are. */
export interface HeldTerms {
  readonly of: TermsOfPath
  readonly party: Party
}

export interface TermsBook {
  forAgent(agent: AgentModel): HeldTerms
  /** `undefined` for who does not say that it is automated. */
  forClient(identity: Identity): HeldTerms | undefined
}

/** Compiles what is asked for, once: as much as the policy names. */
export function createTermsBook({ classes, agents }: BotsModel['crawlers']): TermsBook {
  const byAgent = new Map<string, HeldTerms>()
  const byClass = new Map<AgentClass, HeldTerms>()

  function forClass(name: AgentClass): HeldTerms {
    let held = byClass.get(name)
    if (held === undefined) {
      held = { of: compileTerms(classes[name]), party: { class: name } }
      byClass.set(name, held)
    }
    return held
  }

  function forAgent(agent: AgentModel): HeldTerms {
    const known = byAgent.get(agent.name)
    if (known !== undefined) return known
    const own = Object.hasOwn(agents, agent.name) ? agents[agent.name] : undefined
    if (own === undefined) return forClass(agent.class)
    const held = { of: compileTerms(own), party: { class: agent.class, agent: agent.name } }
    byAgent.set(agent.name, held)
    return held
  }

  return {
    forAgent,
    forClient({ agent, declared }) {
      if (agent !== undefined) return forAgent(agent)
      return declared ? forClass('other') : undefined
    },
  }
}
