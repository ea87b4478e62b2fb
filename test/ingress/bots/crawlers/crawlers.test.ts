import { describe, expect, test } from 'vitest'
import type { CrawlerPolicy } from '../../../../src/bundle/bots-model.ts'
import { problemAnswer } from '../../../../src/http/problem.ts'
import type { Assessment, Verdict } from '../../../../src/ingress/bots/assessment.ts'
import {
  type Crawlers,
  createCrawlers,
  isChargeable,
} from '../../../../src/ingress/bots/crawlers/crawlers.ts'
import { createFacts } from '../../../http/facts.ts'
import { agent, CHALLENGE, crawlersOf, LABYRINTH } from './policy-fixture.ts'

const GPT = agent('GPTBot', 'ai-train')

function open(policy: CrawlerPolicy, mode: 'off' | 'log' | 'enforce' = 'enforce'): Crawlers {
  return createCrawlers({
    mode: 'enforce',
    crawlers: crawlersOf({ 'ai-train': policy, other: policy }),
    challenge: CHALLENGE,
    labyrinth: { ...LABYRINTH, mode },
  })
}

function assess(verdict?: Verdict, more: Partial<Assessment> = {}): Assessment {
  return {
    declared: true,
    agent: GPT,
    score: 0,
    signals: [],
    band: 'likely-human',
    ...(verdict ? { verdict } : {}),
    ...more,
  }
}

const VERIFIED: Verdict = { kind: 'verified', method: 'ranges' }
const SIGNED: Verdict = { kind: 'verified', method: 'web-bot-auth' }
const page = createFacts({ target: '/page' })
const does = (action: CrawlerPolicy['action'], more: Partial<CrawlerPolicy> = {}): CrawlerPolicy => ({
  action,
  paths: [],
  ...more,
})

describe('the terms of an agent', () => {
  const { termsFor } = createCrawlers({
    mode: 'enforce',
    crawlers: crawlersOf(
      {
        'ai-train': {
          action: 'deny',
          paths: [
            { action: 'allow', path: { kind: 'prefix', value: '/press' } },
            { action: 'price', price: 'USD 0.01', path: { kind: 'prefix', value: '/press/archive/' } },
            { action: 'challenge', path: { kind: 'exact', value: '/press/archive' } },
            { action: 'rate', path: { kind: 'exact', value: '/' } },
          ],
        },
      },
      { agents: { CCBot: does('allow'), constructor: does('deny') } },
    ),
    challenge: CHALLENGE,
    labyrinth: LABYRINTH,
  })

  test.each([
    ['/press', 'allow'],
    ['/press/a', 'allow'],
    ['/pressure', 'deny'],
    ['/press/archive', 'challenge'],
    ['/press/archive/', 'price'],
    ['/press/archive/1990/may', 'price'],
    ['/', 'rate'],
    ['/x', 'deny'],
  ])('at %s are %s: the longest path that matches holds', (path, action) => {
    expect(termsFor(GPT, path).action).toBe(action)
  })

  test('are its own when it has any, paths and all, and else its class’s', () => {
    expect(termsFor(agent('CCBot', 'ai-train'), '/press/archive').action).toBe('allow')
    expect(termsFor(agent('constructor', 'seo'), '/').action).toBe('deny')
    expect(termsFor(agent('toString', 'ai-train'), '/x').action).toBe('deny')
  })
})

describe('the policy of crawlers', () => {
  test('says nothing of who does not say that it is automated', () => {
    const { decide } = open(does('deny'))
    const { agent: _, ...person } = assess(undefined, { declared: false })
    expect(decide(person, page)).toBeUndefined()
  })

  test('takes a program that nobody knows for one of class other', () => {
    const { agent: _, ...unknown } = assess()
    expect(open(does('deny')).decide(unknown, page)).toMatchObject({
      action: 'block',
      stage: 'bots',
      rule: 'bots.crawler.other',
      status: 403,
      fix: expect.stringContaining('crawlers.classes.other'),
    })
  })

  test('names the agent when the terms are its own', () => {
    const { decide } = createCrawlers({
      mode: 'enforce',
      crawlers: crawlersOf({}, { agents: { GPTBot: does('deny') } }),
      challenge: CHALLENGE,
      labyrinth: LABYRINTH,
    })
    const decision = decide(assess(), page)
    expect(decision).toMatchObject({ rule: 'bots.crawler.ai-train' })
    expect(decision?.fix).toContain('crawlers.agents["GPTBot"]')
  })

  test('lets everybody read robots.txt', () => {
    for (const action of ['deny', 'challenge', 'labyrinth', 'verify'] as const)
      expect(open(does(action)).decide(assess(), createFacts({ target: '/robots.txt' }))).toBeUndefined()
    const priced = open(does('price', { price: 'USD 1' }))
    expect(priced.decide(assess(), createFacts({ target: '/robots.txt' }))).toBeUndefined()
  })

  test('lets allow and rate pass, which a limit counts', () => {
    expect(open(does('allow')).decide(assess(), page)).toBeUndefined()
    expect(open(does('rate')).decide(assess(), page)).toBeUndefined()
  })

  test('lets only who has proved its name pass with verify, and waits for who is being looked up', () => {
    const { decide } = open(does('verify'))
    expect(decide(assess(VERIFIED), page)).toBeUndefined()
    expect(decide(assess({ kind: 'pending' }), page)).toBeUndefined()
    for (const verdict of [undefined, { kind: 'unverifiable' }, { kind: 'spoofed', method: 'dns' }] as const)
      expect(decide(assess(verdict), page)).toMatchObject({ action: 'challenge', level: 2, status: 403 })
  })

  test('asks for a proof of work with challenge, of verified agents, too', () => {
    expect(open(does('challenge')).decide(assess(VERIFIED), page)).toMatchObject({
      action: 'challenge',
      level: 2,
    })
  })

  test('leads into the maze when there is one, and refuses when there is none', () => {
    expect(open(does('labyrinth')).decide(assess(), page)).toMatchObject({
      action: 'respond',
      rule: 'bots.labyrinth',
      status: 200,
    })
    expect(open(does('labyrinth'), 'log').decide(assess(), page)).toMatchObject({
      action: 'block',
      status: 403,
    })
  })

  test('makes each decision once', () => {
    const { decide } = open(does('deny'))
    expect(decide(assess(), page)).toBe(decide(assess(), createFacts({ target: '/other' })))
  })
})

describe('a price', () => {
  const crawlers = open(does('price', { price: 'USD 0.01' }))
  const asking = (
    verdict: Verdict,
    fields: Readonly<Record<string, string>>,
    covered: readonly string[] = Object.keys(fields),
  ) => {
    const components = ['"@authority"', ...covered.map((name) => `"${name}"`)].join(' ')
    const input = `sig1=(${components});created=1;keyid="k";tag="web-bot-auth"`
    const headers = [...Object.entries(fields), ['signature-input', input] as const]
    const facts = createFacts({ headers })
    return {
      decision: crawlers.decide(assess(verdict), facts),
      charge: crawlers.chargeOf(assess(verdict), facts),
    }
  }

  test('is told to who does not offer to pay', () => {
    const { decision, charge } = asking(SIGNED, {})
    expect(decision).toMatchObject({ action: 'block', status: 402, rule: 'bots.crawler.ai-train' })
    expect(charge).toBeUndefined()
    if (!decision) throw new TypeError()
    const answer = problemAnswer(decision, 'id', undefined)
    expect(answer.headers).toMatchObject({
      'crawler-price': 'USD 0.01',
      'crawler-error': 'MissingCrawlerPrice',
      'cache-control': 'no-store',
    })
    expect(JSON.parse(answer.body)).toMatchObject({ title: 'Payment required', status: 402 })
  })

  test.each([
    ['crawler-exact-price', 'USD 0.01'],
    ['crawler-exact-price', 'USD 0.010000'],
    ['crawler-max-price', 'USD 0.01'],
    ['crawler-max-price', 'USD 999999'],
  ])('is paid with a signed %s: %s', (name, value) => {
    expect(asking(SIGNED, { [name]: value })).toEqual({
      decision: undefined,
      charge: { agent: 'GPTBot', price: 'USD 0.01' },
    })
  })

  test.each([
    [402, 'InvalidCrawlerExactPrice', { 'crawler-exact-price': 'USD 0.02' }],
    [402, 'InvalidCrawlerExactPrice', { 'crawler-exact-price': 'EUR 0.01' }],
    [402, 'InvalidCrawlerMaxPrice', { 'crawler-max-price': 'USD 0.009999' }],
    [402, 'InvalidCrawlerMaxPrice', { 'crawler-max-price': 'EUR 5' }],
    [400, 'InvalidCrawlerPriceValue', { 'crawler-max-price': 'USD 1e9' }],
    [400, 'InvalidCrawlerPriceValue', { 'crawler-max-price': 'usd 1' }],
    [400, 'InvalidCrawlerPriceValue', { 'crawler-max-price': 'USD -1' }],
    [400, 'InvalidCrawlerPriceValue', { 'crawler-max-price': 'USD 00.01' }],
    [400, 'InvalidCrawlerPriceValue', { 'crawler-max-price': `USD 1${'0'.repeat(5000)}` }],
    [400, 'ConflictingPriceHeaders', { 'crawler-max-price': 'USD 1', 'crawler-exact-price': 'USD 0.01' }],
  ])('is not paid: %i %s for %j', (status, error, fields) => {
    const { decision, charge } = asking(SIGNED, fields)
    expect(decision).toMatchObject({ status, fields: { 'crawler-error': error } })
    expect(charge).toBeUndefined()
  })

  test('is charged to nobody who has not signed', () => {
    const verdicts: readonly Verdict[] = [
      VERIFIED,
      { kind: 'unverifiable' },
      { kind: 'spoofed', method: 'web-bot-auth' },
    ]
    for (const verdict of verdicts) {
      const { decision, charge } = asking(verdict, { 'crawler-exact-price': 'USD 0.01' })
      expect(decision).toMatchObject({ status: 400, fields: { 'crawler-error': 'StrongAuthRequired' } })
      expect(charge).toBeUndefined()
    }
  })

  test('is charged to nobody whose signature leaves the price out', () => {
    const { decision } = asking(SIGNED, { 'crawler-exact-price': 'USD 0.01' }, ['crawler-max-price'])
    expect(decision).toMatchObject({ status: 400, fields: { 'crawler-error': 'InvalidSignature' } })
  })

  test('is charged to nobody while the policy only looks on', () => {
    const { chargeOf } = createCrawlers({
      mode: 'log',
      crawlers: crawlersOf({ 'ai-train': does('price', { price: 'USD 0.01' }) }),
      challenge: CHALLENGE,
      labyrinth: LABYRINTH,
    })
    const headers = [
      ['crawler-max-price', 'USD 1'],
      ['signature-input', 'sig1=("@authority" "crawler-max-price");created=1'],
    ] as const
    expect(chargeOf(assess(SIGNED), createFacts({ headers }))).toBeUndefined()
  })

  test('is charged for content only', () => {
    expect([200, 206, 304, 403, 500, 302].map(isChargeable)).toEqual([true, true, false, false, false, false])
  })
})
