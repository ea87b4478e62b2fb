/**
 * How much work a proof is: by how sure we are, and by what the client computes with.
 * @module
 */
import type { ChallengeModel } from '../../bundle/bots-model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import type { ChallengeLevel } from './offer.ts'

/** Phones do a quarter of the work of a desk computer. Whoever lies about that saves as much. */
const PHONE_BITS = 2

/**
 * Zero bits of each puzzle. A proof that stands for an interactive challenge has the most; else the score decides.
 * Also where a wait would do: the proof is worth more than that, and whoever is asked for it elsewhere would fetch it
 * here.
 * @param floor The least score that any band asks something for.
 */
export function bitsFor(
  { bits: { least, most } }: ChallengeModel,
  floor: number,
  required: ChallengeLevel,
  score: number,
  facts: RequestFacts,
): number {
  const share = required === 3 ? 1 : (score - floor) / Math.max(1, 100 - floor)
  const bits = least + Math.round((most - least) * Math.min(1, Math.max(0, share)))
  return Math.max(1, bits - (isPhone(facts) ? PHONE_BITS : 0))
}

function isPhone({ headers }: RequestFacts): boolean {
  const hint = headers.get('sec-ch-ua-mobile')
  return hint === undefined ? (headers.get('user-agent') ?? '').includes('Mobile') : hint === '?1'
}
