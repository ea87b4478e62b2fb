/**
 * Which agent a request is held to claim to be: who has signed it; else who its User-Agent names; else whom a
 * signature names that proves nothing; else what Cloudflare knows.
 * @module
 */
import type { AgentClass, AgentModel } from '../../bundle/bots-model.ts'
import type { Identity } from './assessment.ts'
import type { PlatformVerdict } from './platform-verdict.ts'
import type { SignatureFinding } from './web-bot-auth/check-signature.ts'
import type { SignedAgents } from './web-bot-auth/signed-agents.ts'

export interface ClaimedAgent {
  readonly agent: AgentModel | undefined
  /** The signature is right, and the User-Agent names somebody else than its agent. */
  readonly otherNamed: boolean
}

/** These name a tool and not who uses it. */
const TOOLS: ReadonlySet<AgentClass> = new Set(['http-library', 'browser-automation'])

export function findClaimedAgent(
  identity: Identity,
  finding: SignatureFinding,
  signed: SignedAgents,
  platform: PlatformVerdict | undefined,
): ClaimedAgent {
  const named = identity.agent
  const someone = named !== undefined && !TOOLS.has(named.class) ? named : undefined
  const signer = finding.kind === 'absent' ? undefined : signed.agentOf(finding.agentHost, identity)
  if (finding.kind === 'verified' && signer) {
    return { agent: signer, otherNamed: someone !== undefined && someone.name !== signer.name }
  }
  return { agent: someone ?? signer ?? platform?.agent ?? named, otherNamed: false }
}
