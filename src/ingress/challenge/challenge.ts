/**
 * Challenges without a memory: what was asked of whom until when travels with the client under a code of ours, and
 * so does what it has solved. Only that a solution was redeemed is stored, elsewhere, for five minutes.
 *
 * A proof of work tells no person from a program: it costs whoever asks much, and tells who runs scripts.
 * @module
 */
import type { ChallengeModel } from '../../bundle/bots-model.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { createKeyRing } from './challenge-keys.ts'
import { type ChallengeStats, createChallengeStats } from './challenge-stats.ts'
import { type Clearance, createClearances } from './clearance.ts'
import type { ClearanceTerms } from './grant.ts'
import { type Intent, issueChallenge } from './issue.ts'
import type { ChallengeLevel, IssuedChallenge } from './offer.ts'
import type { Provider, ProviderKind, Providers } from './provider.ts'
import { type Redeemed, redeemSolution, type SolutionForm } from './redeem.ts'
import type { Spend } from './spend.ts'

export interface ChallengeOptions {
  readonly model: ChallengeModel
  /** Autonomous systems of relays. */
  readonly relays: readonly number[]
  /** The least score that any band asks something for; 25 unless said otherwise. */
  readonly floor?: number
  /** The edge's, 16 bytes or more each, the same in every isolate: the first makes, all are accepted. */
  readonly secrets: readonly Uint8Array[]
  readonly spend: Spend
  /** Absent: no service can be asked, and the hardest proof of work stands for it. */
  readonly providers?: Providers
}

export interface Challenge {
  readonly stats: Readonly<ChallengeStats>
  /**
   * @param score 0 to 100: how sure we are, where a score is what asks.
   * @param now Milliseconds since the epoch.
   * @param draw A new random text of 128 bits or more at each call.
   * @param intent What the request itself does not say of where the client wants to go.
   */
  issue(
    facts: RequestFacts,
    required: ChallengeLevel,
    score: number,
    now: number,
    draw: () => string,
    intent?: Intent,
  ): IssuedChallenge
  /** Never rejects. */
  redeem(facts: RequestFacts, form: SolutionForm, now: number): Promise<Redeemed>
  /** What the client has solved that is good now, here and for it. */
  clearanceOf(facts: RequestFacts, now: number): Clearance | undefined
  isCleared(facts: RequestFacts, now: number, level: ChallengeLevel): boolean
  /** The value of a Set-Cookie field for the answer to a navigation, when it is time for a new one. */
  renewal(facts: RequestFacts, now: number): string | undefined
}

/** The least score of the first band that asks, by default. */
const FLOOR = 25
const NO_INTENT: Intent = {}

/** @throws RangeError when there is no secret. */
export function createChallenge(options: ChallengeOptions): Challenge {
  const { model, spend, providers, floor = FLOOR } = options
  const ring = createKeyRing(options.secrets)
  const relays = new Set(options.relays)
  const clearances = createClearances(termsOf(model, relays), ring)
  const stats = createChallengeStats()

  function provider(kind: ProviderKind): { readonly port: Provider; readonly sitekey: string } | undefined {
    const port = model.provider?.kind === kind ? providers?.(kind) : undefined
    return port && model.provider && { port, sitekey: model.provider.sitekey }
  }

  /** The service that can be asked now: who would wait for one that is away could never get in. */
  function serving(now: number): ChallengeModel['provider'] {
    const known = model.provider && provider(model.provider.kind)
    return known && !known.port.isDown(now) ? model.provider : undefined
  }

  return {
    stats,
    issue(facts, required, score, now, draw, intent = NO_INTENT) {
      stats.issued++
      const asked = { required, score, now, draw, intent }
      return issueChallenge(facts, asked, { model, relays, floor, ring, provider: serving(now) })
    },
    async redeem(facts, form, now) {
      const onUnknown = (): void => void stats.unknown++
      const context = { ring, relays, clearances, spend, provider, onUnknown }
      const redeemed = await redeemSolution(facts, form, now, context)
      if (redeemed.ok) stats.solved++
      else stats.failed[redeemed.why]++
      return redeemed
    },
    clearanceOf: clearances.find,
    isCleared: (facts, now, level) => (clearances.find(facts, now)?.level ?? 0) >= level,
    renewal: clearances.renew,
  }
}

function termsOf({ life, max_life, same_site }: ChallengeModel, relays: ReadonlySet<number>): ClearanceTerms {
  return {
    life: { 1: life.wait, 2: life.proof, 3: life.interactive },
    maxLife: max_life,
    sameSite: same_site,
    relays,
  }
}
