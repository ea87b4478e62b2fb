/**
 * Who sent a request, and whether that is true: puts the means of proof together. `conclude-verdict.ts` has the
 * table of verdicts.
 *
 * A means in mode `log` is asked and what it says is recorded, and nothing else: the verdict, the agent and the score
 * are as if it were off.
 * @module
 */
import type { AgentModel, BotsModel } from '../../bundle/bots-model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import type { Identity, Verdict } from './assessment.ts'
import { findClaimedAgent } from './claimed-agent.ts'
import { concludeVerdict, type Evidence } from './conclude-verdict.ts'
import type { DnsFinding, DnsProofs } from './dns/dns-proofs.ts'
import { readPlatformVerdict } from './platform-verdict.ts'
import type { RangeBook } from './ranges/range-book.ts'
import {
  claimsSignature,
  createSignatureCheck,
  type SignatureFinding,
} from './web-bot-auth/check-signature.ts'
import type { KeyDirectory } from './web-bot-auth/key-directory.ts'
import { createSignedAgents } from './web-bot-auth/signed-agents.ts'

export type KeepAlive = (work: Promise<unknown>) => void

export interface VerificationPorts {
  readonly agents: {
    readonly agents: readonly AgentModel[]
    identify(userAgent: string | undefined): Identity
  }
  readonly ranges: Pick<RangeBook, 'find'>
  readonly dns: Pick<DnsProofs, 'find'>
  readonly keys: Pick<KeyDirectory, 'keysOf'>
}

export interface Identified extends Identity {
  /** Of `agent`; absent without one. */
  readonly verdict?: Verdict
  /** A signature by a listed host that is wrong, whatever else has confirmed the claim. */
  readonly signatureFailed?: true
  /** A right signature, and a User-Agent that names somebody else than its agent. */
  readonly otherNamed?: true
  readonly observed?: Observed
}

/** What means in mode `log` have found. */
export interface Observed {
  readonly signature?: SignatureFinding['kind']
  readonly dns?: DnsFinding
}

/**
 * A promise only when a signature has to be verified, which `claimsSignature` tells beforehand. Never throws, never
 * rejects. `now`: milliseconds since the epoch. `keepAlive`: for look-ups that go on behind the answer.
 */
export type Verification = (
  facts: RequestFacts,
  now: number,
  keepAlive: KeepAlive,
) => Identified | Promise<Identified>

const ABSENT: SignatureFinding = { kind: 'absent' }

/** One request on its way to a verdict. */
interface Case {
  readonly facts: RequestFacts
  readonly now: number
  readonly keepAlive: KeepAlive
  readonly identity: Identity
}

export function createVerification(
  { verification }: Pick<BotsModel, 'verification'>,
  ports: VerificationPorts,
): Verification {
  const { mode, hosts } = verification.web_bot_auth
  const check = createSignatureCheck(verification.web_bot_auth, ports.keys)
  const signed = createSignedAgents(hosts, ports.agents.agents)

  function conclude(one: Case, finding: SignatureFinding, seen: Observed): Identified {
    const { identity } = one
    const platform = verification.platform ? readPlatformVerdict(one.facts.client.edge) : undefined
    const { agent, otherNamed } = findClaimedAgent(identity, finding, signed, platform)
    if (agent === undefined) return withObserved(identity, seen)
    let observed = seen
    const verdict = concludeVerdict({
      signature: toEvidence(finding, agent),
      platform: platform?.mayBe(agent.class) === true,
      ranges: askRanges(one, agent, ports.ranges),
      dns: () => {
        const names = verification.dns.mode === 'off' ? 'none' : askNames(one, agent, ports.dns)
        if (names === 'none' || verification.dns.mode === 'enforce') return names
        observed = { ...seen, dns: names }
        return 'none'
      },
    })
    const declared = identity.declared || finding.kind !== 'absent' || platform !== undefined
    return withObserved({ declared, agent, verdict, ...flags(finding, otherNamed) }, observed)
  }

  return (facts, now, keepAlive) => {
    const identity = ports.agents.identify(facts.headers.get('user-agent'))
    const one = { facts, now, keepAlive, identity }
    if (mode === 'off' || !claimsSignature(facts)) return conclude(one, ABSENT, {})
    const finish = (finding: SignatureFinding): Identified => {
      if (mode === 'enforce' || finding.kind === 'absent') return conclude(one, finding, {})
      return conclude(one, ABSENT, { signature: finding.kind })
    }
    const found = check(facts, now)
    return found instanceof Promise ? found.then(finish) : finish(found)
  }
}

function askRanges(
  { facts, now }: Case,
  { proof }: AgentModel,
  book: Pick<RangeBook, 'find'>,
): Evidence['ranges'] {
  return proof.ranges.length === 0 ? 'none' : book.find(facts.client.address, proof.ranges, now)
}

function askNames(
  { facts, now, keepAlive }: Case,
  { proof }: AgentModel,
  proofs: Pick<DnsProofs, 'find'>,
): ReturnType<Evidence['dns']> {
  return proof.dns.length === 0 ? 'none' : proofs.find(facts.client.address, proof.dns, now, keepAlive)
}

/** A key that we lack says something of the agent only when the host signs for it. */
function toEvidence(finding: SignatureFinding, { proof }: AgentModel): Evidence['signature'] {
  if (finding.kind === 'absent') return 'none'
  if (finding.kind !== 'unknown-key') return finding.kind
  return proof.signature.includes(finding.agentHost) ? 'unknown-key' : 'none'
}

function flags(
  finding: SignatureFinding,
  otherNamed: boolean,
): Pick<Identified, 'signatureFailed' | 'otherNamed'> {
  if (finding.kind === 'failed') return { signatureFailed: true }
  return otherNamed ? { otherNamed } : {}
}

function withObserved(identified: Identified, observed: Observed): Identified {
  return observed.signature || observed.dns ? { ...identified, observed } : identified
}
