/**
 * What signals are made of: one request, read once, and what is remembered of its client.
 * @module
 */
import type { BotsModel } from '../../../bundle/bots-model.ts'
import { type AgentProfile, readAgent } from '../../../http/agent-family.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Identity, Verdict } from '../assessment.ts'
import type { TlsMemory } from './learn-tls.ts'
import { type EdgeFacts, readEdge } from './read-edge.ts'

/** Who the client says it is and what came of checking that. */
export type Checked = Identity & { readonly verdict?: Verdict; readonly signatureFailed?: true }

/** What is known of a client beside this request. Each is asked only when something depends on it. */
export interface ScoreContext {
  /** Whether the client has solved a challenge, of whatever level. */
  readonly cleared: () => boolean
  /** Visits of its network to the maze within the hour. */
  readonly mazeVisits: () => number
  /** What this isolate has learned of TLS handshakes; absent: nothing. */
  readonly tls?: TlsMemory
}

export interface Evidence {
  readonly facts: RequestFacts
  readonly checked: Checked
  readonly context: ScoreContext
  readonly model: BotsModel
  /** As received; empty when there is none. */
  readonly userAgent: string
  readonly agent: AgentProfile
  readonly edge: EdgeFacts
  /** It neither says that it is automated nor names an agent: it wants to be taken for a person, or says nothing. */
  readonly undeclared: boolean
}

/** One signal. Checks are pure, never throw, and read a bounded part of any value. */
export interface Check<Input> {
  readonly id: string
  readonly holds: (input: Input) => boolean
}

export function readEvidence(
  facts: RequestFacts,
  checked: Checked,
  context: ScoreContext,
  model: BotsModel,
): Evidence {
  const userAgent = facts.headers.get('user-agent') ?? ''
  return {
    facts,
    checked,
    context,
    model,
    userAgent,
    agent: readAgent(userAgent),
    edge: readEdge(facts.client),
    undeclared: !checked.declared && checked.agent === undefined,
  }
}
