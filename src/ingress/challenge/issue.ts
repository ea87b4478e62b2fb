/**
 * What a challenged client is offered: every way to reach the level that it needs.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { ChallengeModel } from '../../bundle/bots-model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { sipHash } from '../limits/sip-hash.ts'
import { bindingOf } from './binding.ts'
import type { KeyRing } from './challenge-keys.ts'
import { bitsFor } from './difficulty.ts'
import type { ChallengeLevel, IssuedChallenge, Offer } from './offer.ts'
import { returnPathOf, safeReturnPath } from './return-path.ts'
import { makeToken } from './token.ts'

/** Where a challenged client was on its way to, when the request does not say it. */
export interface Intent {
  /** A path of this site with its query; what leads elsewhere is not taken. */
  readonly returnTo?: string
  /** The content of a form, urlencoded as it came, that is to be sent again. */
  readonly body?: string
  /** Bits of a proof that this challenge stands for: it does not get easier by failing. */
  readonly bits?: number
}

export interface Asked {
  readonly required: ChallengeLevel
  readonly score: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** A new random text at each call, of 128 bits or more. */
  readonly draw: () => string
  readonly intent: Intent
}

export interface IssueContext {
  readonly model: ChallengeModel
  readonly relays: ReadonlySet<number>
  /** The least score that any band asks something for. */
  readonly floor: number
  readonly ring: KeyRing
  /** The service that can be asked now. */
  readonly provider: ChallengeModel['provider']
}

const encoder = new TextEncoder()

export function issueChallenge(facts: RequestFacts, asked: Asked, context: IssueContext): IssuedChallenge {
  const { required, score, now, draw, intent } = asked
  const { model, ring, relays, provider } = context
  const keys = ring.current(facts.host.name)
  const binding = bindingOf(facts, relays, keys.hash)
  const returnTo = safeReturnPath(intent.returnTo ?? '') ?? returnPathOf(facts)
  const common = {
    ...binding,
    issued: Math.floor(now / 1000),
    returnTo: sipHash(keys.hash, returnTo),
    ...(intent.body === undefined ? {} : { body: sipHash(keys.hash, intent.body) }),
  }
  const make = (method: Offer['method'], level: ChallengeLevel, amount: number): string => {
    const id = sha256(encoder.encode(draw())).subarray(0, 16)
    return makeToken({ ...common, method, level, amount, id }, keys)
  }
  const prove = (level: ChallengeLevel): Offer => {
    const bits = Math.max(intent.bits ?? 0, bitsFor(model, context.floor, required, score, facts))
    return { method: 'proof', token: make('proof', level, bits), bits }
  }
  if (required === 3 && provider) {
    const { kind: method, sitekey } = provider
    return { level: 3, offers: [{ method, token: make(method, 3, 0), sitekey }], returnTo }
  }
  if (required > 1) return { level: required, offers: [prove(required)], returnTo }
  const wait: Offer = { method: 'wait', token: make('wait', 1, model.wait), seconds: model.wait }
  return { level: 1, offers: [prove(2), wait], returnTo }
}
