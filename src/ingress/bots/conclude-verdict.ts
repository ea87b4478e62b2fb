/**
 * One verdict from all that is known of a claim.
 *
 * Means of proof are alternatives. One that confirms is enough, whatever the others say: an operator's list lags
 * behind, its signature breaks on the way. Where none confirms, one that refutes is enough, and the best one is named
 * as the reason. A means that knows nothing, because its data is missing or too old, says nothing.
 *
 * | Signature   | Platform | Ranges  | DNS        | Verdict                                              |
 * |-------------|----------|---------|------------|------------------------------------------------------|
 * | verified    | any      | any     | not asked  | verified, web-bot-auth                               |
 * | not verified| yes      | any     | not asked  | verified, platform                                   |
 * | not verified| no       | inside  | not asked  | verified, ranges                                     |
 * | not verified| no       | other   | confirmed  | verified, dns                                        |
 * | not verified| no       | other   | pending    | pending                                              |
 * | failed      | no       | other   | other      | spoofed, web-bot-auth                                |
 * | unknown key | no       | outside | other      | unverifiable                                         |
 * | unknown key | no       | other   | refuted    | unverifiable                                         |
 * | none        | no       | outside | other      | spoofed, ranges                                      |
 * | none        | no       | other   | refuted    | spoofed, dns                                         |
 * | other       | no       | other   | other      | unverifiable: nothing to ask, or nobody knows         |
 *
 * "Other" is whatever the rows above do not name. A signature that is not there refutes nothing, as agents that can
 * sign do not sign everything. One whose key we lack takes the force from lists and names, since its agent has
 * answered the question in a way that we failed to hear; that earns no more than to claim a name without any proof.
 *
 * With a source down: no key directories, signatures are of unknown keys; no lists, or only old ones, ranges are
 * unknown; no resolver, DNS is unknown. So nobody is verified by what is down, nobody is spoofed by it, and what is
 * up decides. With all of them down every claim is unverifiable, and its class says what that gets.
 * @module
 */
import type { ProofMethod, Verdict } from './assessment.ts'

export interface Evidence {
  /** `unknown-key` only of a host that signs for the agent. */
  readonly signature: 'none' | 'verified' | 'failed' | 'unknown-key'
  readonly platform: boolean
  /** `none`: the agent has no such means. */
  readonly ranges: 'none' | 'inside' | 'outside' | 'unknown'
  /** Asked only when it can change the verdict. */
  readonly dns: () => 'none' | 'confirmed' | 'refuted' | 'pending' | 'unknown'
}

type Verdicts = Readonly<Record<ProofMethod, Verdict>>

function ofEach(kind: 'verified' | 'spoofed'): Verdicts {
  const of = (method: ProofMethod): Verdict => ({ kind, method })
  return {
    'web-bot-auth': of('web-bot-auth'),
    platform: of('platform'),
    ranges: of('ranges'),
    dns: of('dns'),
  }
}

const VERIFIED = ofEach('verified')
const SPOOFED = ofEach('spoofed')
const PENDING: Verdict = { kind: 'pending' }
const UNVERIFIABLE: Verdict = { kind: 'unverifiable' }

export function concludeVerdict({ signature, platform, ranges, dns }: Evidence): Verdict {
  if (signature === 'verified') return VERIFIED['web-bot-auth']
  if (platform) return VERIFIED.platform
  if (ranges === 'inside') return VERIFIED.ranges
  const names = dns()
  if (names === 'confirmed') return VERIFIED.dns
  if (names === 'pending') return PENDING
  if (signature === 'failed') return SPOOFED['web-bot-auth']
  if (signature === 'unknown-key') return UNVERIFIABLE
  if (ranges === 'outside') return SPOOFED.ranges
  return names === 'refuted' ? SPOOFED.dns : UNVERIFIABLE
}
