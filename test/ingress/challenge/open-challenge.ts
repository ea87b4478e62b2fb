/** The challenges of one edge on this machine, and what its pages need. */
import type { ChallengeModel } from '../../../src/bundle/bots-model.ts'
import { type Challenge, createChallenge } from '../../../src/ingress/challenge/challenge.ts'
import type { ChallengeMoment } from '../../../src/ingress/challenge/challenge-answer.ts'
import type { Providers } from '../../../src/ingress/challenge/provider.ts'

export const MODEL: ChallengeModel = {
  status: 403,
  wait: 5,
  bits: { least: 8, most: 12 },
  life: { wait: 3600, proof: 3600, interactive: 3600 },
  max_life: 86_400,
  same_site: 'lax',
  exempt: [],
}

export function openChallenge(change: Partial<ChallengeModel> = {}, providers?: Providers): Challenge {
  const spent = new Set<string>()
  return createChallenge({
    model: { ...MODEL, ...change },
    relays: [],
    secrets: [new Uint8Array(32).fill(7)],
    spend(id) {
      const state = spent.has(id) ? 'again' : 'first'
      spent.add(id)
      return Promise.resolve(state)
    },
    ...(providers ? { providers } : {}),
  })
}

export const NOW = 1_795_000_000_000

export function createMoment(change: Partial<ChallengeMoment> = {}): ChallengeMoment {
  let drawn = 0
  return {
    requestId: 'request-1',
    now: NOW,
    draw: () => `nonce${String(drawn++).padStart(20, '0')}`,
    model: MODEL,
    ...change,
  }
}
