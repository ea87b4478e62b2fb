import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChallengeStep } from '../../../src/bundle/bots-model.ts'
import type { Decision } from '../../../src/http/decision.ts'
import type { Assessment } from '../../../src/ingress/bots/assessment.ts'
import { type BotsParts, createBotsStage } from '../../../src/ingress/bots/bots-stage.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'
import { MODEL } from './signals/model-fixture.ts'

const NOW = 1_795_000_000_000
const STEPS = ['none', 'wait', 'proof-of-work', 'interactive', 'deny'] as const
const ORDER: readonly ChallengeStep[] = STEPS
const SIGNALS = [
  { id: 'a', weight: 50 },
  { id: 'b', weight: 50 },
]

/** What one band asks, what a false name gets, and what is known of the client. */
interface World {
  readonly band?: ChallengeStep
  readonly spoofed?: ChallengeStep
  readonly pending?: ChallengeStep
  readonly known?: Partial<Assessment>
  readonly crawler?: Decision
  /** The level that the client has climbed to. */
  readonly cleared?: 0 | 1 | 2 | 3
  readonly unchallengeable?: boolean
  readonly request?: FactsChange
}

function check(world: World): Decision | undefined {
  const { band = 'none', spoofed = 'none', pending = 'none', known = {}, crawler, cleared = 0 } = world
  const model = {
    ...MODEL,
    bands: [{ name: 'all', from: 0, step: band }],
    verification: { ...MODEL.verification, spoofed, pending },
  }
  const { score = 100, signals = SIGNALS } = known
  const parts: BotsParts = {
    claimsSignature: () => false,
    identify: () => ({ declared: false, ...known }),
    score: () => ({ score, signals, band: 'all' }),
    crawlers: () => crawler,
    maze: () => undefined,
    isCleared: (_, __, level) => cleared >= level,
    isUnchallengeable: () => world.unchallengeable === true,
  }
  const run = createBotsStage(model, 'enforce', parts).begin(createFacts(world.request), NOW, () => {})
  return run.check().terminal
}

/** As a step of the ladder. */
function stepOf(decision: Decision | undefined): ChallengeStep {
  if (decision === undefined) return 'none'
  return decision.action === 'block' ? 'deny' : (STEPS[decision.level ?? 0] ?? 'none')
}

const challenge: Decision = {
  ...{ action: 'challenge', stage: 'bots', rule: 'bots.crawler.other', reason: 'r', fix: 'f' },
  ...{ mode: 'enforce', status: 403, level: 2 },
} as const

describe('of several things that are asked', () => {
  test('the hardest is asked, whichever asks for it', () => {
    const step = fc.constantFrom(...STEPS)
    const told = fc.boolean()
    fc.assert(
      fc.property(step, step, step, told, told, (band, spoofed, pending, isSpoofed, hasTerms) => {
        const verdict = isSpoofed ? { kind: 'spoofed', method: 'ranges' } : { kind: 'pending' }
        const world = { band, spoofed, pending, known: { verdict } as Partial<Assessment> }
        const asked = [band, isSpoofed ? spoofed : pending, ...(hasTerms ? (['proof-of-work'] as const) : [])]
        const hardest = STEPS[Math.max(...asked.map((each) => ORDER.indexOf(each)))]
        expect(stepOf(check(hasTerms ? { ...world, crawler: challenge } : world))).toBe(hardest)
      }),
    )
  })

  test('what a policy of crawlers refuses is refused, whatever a band would ask', () => {
    const denial = { ...challenge, action: 'block' } as const
    expect(check({ band: 'interactive', crawler: denial, cleared: 3 })).toBe(denial)
  })
})

describe('a challenge', () => {
  test('is done with by its own level or a higher one, and by none below', () => {
    for (const [level, band] of ORDER.entries())
      for (const cleared of [0, 1, 2, 3] as const) {
        const expected = band === 'deny' || cleared < level ? band : 'none'
        expect([cleared, stepOf(check({ band, cleared }))]).toEqual([cleared, expected])
      }
  })

  test('is not asked of what could not solve it, which may be denied all the same', () => {
    expect(check({ band: 'interactive', unchallengeable: true })).toBeUndefined()
    expect(stepOf(check({ band: 'deny', unchallengeable: true }))).toBe('deny')
  })
})

describe('a score', () => {
  test('that one signal makes never denies: it asks for the most that can be solved', () => {
    const one = { score: 100, signals: [{ id: 'a', weight: 100 }] }
    expect(stepOf(check({ band: 'deny', known: one }))).toBe('interactive')
    expect(check({ band: 'deny', known: one, cleared: 3 })).toBeUndefined()
    expect(stepOf(check({ band: 'deny' }))).toBe('deny')
  })

  test('of nothing asks for nothing, even where the lowest band asks', () => {
    expect(check({ band: 'wait', known: { score: 0, signals: [] } })).toBeUndefined()
  })
})

test('nobody is judged at robots.txt and at paths of the edge itself', () => {
  for (const target of ['/robots.txt', '/.sallyport/challenge.js', '/.sallyport/anything'])
    expect(check({ band: 'deny', request: { target } }), target).toBeUndefined()
  expect(stepOf(check({ band: 'deny', request: { target: '/.sallyportal' } }))).toBe('deny')
})
