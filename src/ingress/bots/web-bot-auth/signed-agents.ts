/**
 * Which agent a host's signature is of.
 * @module
 */
import type { AgentModel } from '../../../bundle/bots-model.ts'
import type { Identity } from '../assessment.ts'

export interface SignedAgents {
  /**
   * One of the agents that the host signs for: the one that the request names; else the only one; else the only one
   * that acts for users, as those name no one. If none of that holds, an agent called like the host: of class
   * `ai-agent` when it looks like a browser, since that is what agents on behalf of a user do, and `other` when it
   * says that it is automated. It is not guessed to be an agent whose terms are better than that.
   */
  agentOf(agentHost: string, named: Identity): AgentModel
}

interface Signer {
  readonly agents: readonly AgentModel[]
  readonly usual: AgentModel | undefined
  readonly quiet: AgentModel
  readonly declared: AgentModel
}

/** @param hosts The allow list, each as `https://agent.example`. */
export function createSignedAgents(hosts: readonly string[], agents: readonly AgentModel[]): SignedAgents {
  const signers = new Map(hosts.map((host) => [host, createSigner(host, agents)]))
  return {
    agentOf(agentHost, named) {
      const { agents: own, usual, quiet, declared } = signers.get(agentHost) ?? createSigner(agentHost, [])
      const match = own.find(({ name }) => name === named.agent?.name)
      return match ?? usual ?? (named.declared ? declared : quiet)
    },
  }
}

function createSigner(host: string, agents: readonly AgentModel[]): Signer {
  const own = agents.filter(({ proof }) => proof.signature.includes(host))
  const acting = own.filter((agent) => agent.class === 'ai-agent')
  const [usual] = own.length === 1 ? own : acting.length === 1 ? acting : []
  const name = host.replace('https://', '').slice(0, 64)
  const proof = { signature: [host], ranges: [], dns: [] }
  return {
    agents: own,
    usual,
    quiet: { name, class: 'ai-agent', proof },
    declared: { name, class: 'other', proof },
  }
}
