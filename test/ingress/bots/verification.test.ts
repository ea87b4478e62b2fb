import { describe, expect, test } from 'vitest'
import type { AgentClass, AgentModel } from '../../../src/bundle/bots-model.ts'
import type { Mode } from '../../../src/http/decision.ts'
import type { Identity } from '../../../src/ingress/bots/assessment.ts'
import type { DnsFinding } from '../../../src/ingress/bots/dns/dns-proofs.ts'
import type { RangeFinding } from '../../../src/ingress/bots/ranges/range-book.ts'
import {
  createVerification,
  type Identified,
  type VerificationPorts,
} from '../../../src/ingress/bots/verification.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'
import {
  HOST,
  NOW,
  OTHER_HOST,
  openKeys,
  POLICY,
  type SignedRequest,
  signLines,
  V1,
  withAgent,
  withParameter,
} from './web-bot-auth/signed-request.ts'

type Proof = Partial<AgentModel['proof']>

function agent(name: string, agentClass: AgentClass, proof: Proof = {}): AgentModel {
  return { name, class: agentClass, proof: { signature: [], ranges: [], dns: [], ...proof } }
}

const CRAWLER = agent('Crawler', 'search-engine', { ranges: ['crawler'], dns: ['.crawler.example'] })
const LISTED = agent('Listed', 'ai-search', { ranges: ['listed'] })
const NAMED = agent('Named', 'seo', { dns: ['.named.example'] })
const ACTOR = agent('Actor', 'ai-agent', { signature: [HOST], ranges: ['actor'] })
const BARE = agent('Bare', 'feed-reader')
const CURL = agent('curl', 'http-library')
const AGENTS = [CRAWLER, LISTED, NAMED, ACTOR, BARE, CURL]

function identify(userAgent = ''): Identity {
  const found = AGENTS.find(({ name }) => userAgent.includes(name))
  return found ? { declared: true, agent: found } : { declared: userAgent.includes('bot') }
}

interface World {
  readonly signatures?: Mode
  readonly names?: Mode
  readonly platform?: boolean
  readonly ranges?: RangeFinding
  readonly dns?: DnsFinding
  readonly keys?: VerificationPorts['keys']
}

/** What was asked of whom. */
const asked: string[] = []

function verify(change: FactsChange, world: World = {}): Identified | Promise<Identified> {
  asked.length = 0
  const verification = {
    web_bot_auth: { ...POLICY, mode: world.signatures ?? 'enforce' },
    platform: world.platform ?? true,
    ranges_max_age: 86_400,
    dns: { mode: world.names ?? 'enforce', resolver: 'https://resolver.example/dns-query' },
    spoofed: 'proof-of-work',
    pending: 'none',
  } as const
  const run = createVerification(
    { verification },
    {
      agents: { agents: AGENTS, identify },
      keys: world.keys ?? openKeys(),
      ranges: {
        find: (_, ids) => {
          asked.push(`ranges ${ids}`)
          return world.ranges ?? 'unknown'
        },
      },
      dns: {
        find: (_, suffixes) => {
          asked.push(`dns ${suffixes}`)
          return world.dns ?? 'unknown'
        },
      },
    },
  )
  return run(createFacts(change), NOW, () => {})
}

const named = (userAgent: string, edge?: Record<string, unknown>): FactsChange => ({
  headers: [['user-agent', userAgent]],
  client: edge ? { edge } : {},
})

function signed(
  request: SignedRequest,
  userAgent = 'Mozilla/5.0',
  edge?: Record<string, unknown>,
): FactsChange {
  const { input, signature } = signLines(request)
  const others = request.headers.filter(([name]) => name !== 'user-agent')
  const lines = [
    ['signature-input', input],
    ['signature', signature],
    ['user-agent', userAgent],
  ] as const
  return { target: request.target, headers: [...others, ...lines], client: edge ? { edge } : {} }
}

const EXPIRED = withParameter(V1, 'expires', NOW / 1000 - 60)
const UNKNOWN = withParameter(V1, 'keyid', 'A'.repeat(43))
const SPOOFED = { kind: 'spoofed' }

describe('who names nobody', () => {
  test('has no verdict, and nobody is asked', () => {
    expect(verify(named('Mozilla/5.0'))).toEqual({ declared: false })
    expect(verify(named('some bot'))).toEqual({ declared: true })
    expect(verify({})).toEqual({ declared: false })
    expect(asked).toEqual([])
  })

  test('is who Cloudflare has verified', () => {
    const found = verify(named('Mozilla/5.0', { verifiedBotCategory: 'Page Preview' }))
    expect(found).toMatchObject({
      declared: true,
      agent: { name: 'Verified: Page Preview', class: 'social-preview' },
      verdict: { kind: 'verified', method: 'platform' },
    })
  })

  test('is whose signature the request has', async () => {
    expect(await verify(signed(V1))).toEqual({
      declared: true,
      agent: ACTOR,
      verdict: { kind: 'verified', method: 'web-bot-auth' },
    })
    expect(asked).toEqual(['ranges actor'])
  })

  test('is an agent of its own when its host signs for none that is known', async () => {
    const keys = {
      keysOf: (_: string, keyid: string | undefined, now: number) => openKeys().keysOf(HOST, keyid, now),
    }
    const found = await verify(signed(withAgent(V1, `"${OTHER_HOST}"`)), { keys })
    expect(found).toMatchObject({
      agent: { name: 'other-agent.example', class: 'ai-agent' },
      verdict: { kind: 'verified' },
    })
  })
})

describe('a name is', () => {
  test.each<[string, AgentModel, World, object]>([
    ['verified inside its ranges', LISTED, { ranges: 'inside' }, { kind: 'verified', method: 'ranges' }],
    [
      'spoofed outside its ranges, without other means',
      LISTED,
      { ranges: 'outside' },
      { kind: 'spoofed', method: 'ranges' },
    ],
    ['unverifiable when its list is missing or old', LISTED, {}, { kind: 'unverifiable' }],
    ['verified by DNS', NAMED, { dns: 'confirmed' }, { kind: 'verified', method: 'dns' }],
    ['spoofed by DNS', NAMED, { dns: 'refuted' }, { kind: 'spoofed', method: 'dns' }],
    ['pending', NAMED, { dns: 'pending' }, { kind: 'pending' }],
    ['unverifiable when no resolver answers', NAMED, {}, { kind: 'unverifiable' }],
    [
      'verified by DNS outside its ranges',
      CRAWLER,
      { ranges: 'outside', dns: 'confirmed' },
      { kind: 'verified', method: 'dns' },
    ],
    ['pending outside its ranges', CRAWLER, { ranges: 'outside', dns: 'pending' }, { kind: 'pending' }],
    [
      'spoofed by DNS when its list is missing',
      CRAWLER,
      { dns: 'refuted' },
      { kind: 'spoofed', method: 'dns' },
    ],
    [
      'spoofed outside its ranges when no resolver answers',
      CRAWLER,
      { ranges: 'outside' },
      { kind: 'spoofed', method: 'ranges' },
    ],
    ['unverifiable when all sources are down', CRAWLER, {}, { kind: 'unverifiable' }],
    ['unverifiable without any means', BARE, { ranges: 'outside', dns: 'refuted' }, { kind: 'unverifiable' }],
    ['unverifiable for a tool', CURL, { ranges: 'inside', dns: 'confirmed' }, { kind: 'unverifiable' }],
    ['unverifiable with no signature, though it could sign', ACTOR, {}, { kind: 'unverifiable' }],
  ])('%s', (_, claimed, world, verdict) => {
    expect(verify(named(`${claimed.name}/1.0`), world)).toEqual({ declared: true, agent: claimed, verdict })
  })

  test('asked for in order: DNS only when ranges do not have it', async () => {
    await verify(named('Crawler/1.0'), { ranges: 'inside' })
    expect(asked).toEqual(['ranges crawler'])
    await verify(named('Crawler/1.0'), { ranges: 'outside' })
    expect(asked).toEqual(['ranges crawler', 'dns .crawler.example'])
  })
})

describe('Cloudflare', () => {
  const CRAWLS = { verifiedBotCategory: 'Search Engine Crawler', botManagement: { verifiedBot: true } }

  test('confirms a name, and nobody else is asked', () => {
    expect(
      verify(named('Named/1.0', { botManagement: { verifiedBot: true } }), { dns: 'refuted' }),
    ).toMatchObject({
      agent: NAMED,
      verdict: { kind: 'verified', method: 'platform' },
    })
    expect(asked).toEqual([])
  })

  test('does not confirm a crawler when it has verified a service', () => {
    const edge = { verifiedBotCategory: 'Monitoring & Analytics' }
    expect(verify(named('Crawler/1.0', edge), { ranges: 'outside' })).toMatchObject({ verdict: SPOOFED })
  })

  test('says who uses a tool', () => {
    expect(verify(named('curl/8.0', CRAWLS))).toMatchObject({
      agent: { class: 'search-engine' },
      verdict: { kind: 'verified' },
    })
  })

  test('is not believed when the policy does not', () => {
    expect(verify(named('Mozilla/5.0', CRAWLS), { platform: false })).toEqual({ declared: false })
    expect(verify(named('Crawler/1.0', CRAWLS), { platform: false, ranges: 'outside' })).toMatchObject({
      verdict: SPOOFED,
    })
  })

  test('that has not verified somebody says nothing against him', () => {
    const edge = { botManagement: { verifiedBot: false } }
    expect(verify(named('Crawler/1.0', edge), { ranges: 'inside' })).toMatchObject({
      verdict: { kind: 'verified' },
    })
  })
})

describe('a right signature', () => {
  test('says more than the name, and that they differ is noted', async () => {
    expect(await verify(signed(V1, 'Crawler/1.0'), { ranges: 'outside', dns: 'refuted' })).toEqual({
      declared: true,
      agent: ACTOR,
      verdict: { kind: 'verified', method: 'web-bot-auth' },
      otherNamed: true,
    })
  })

  test('agrees with the name of its agent, and with any tool', async () => {
    expect(await verify(signed(V1, 'Actor/1.0'))).not.toHaveProperty('otherNamed')
    expect(await verify(signed(V1, 'curl/8.0'))).not.toHaveProperty('otherNamed')
  })
})

describe('a signature of a listed host that is wrong', () => {
  test.each(['Mozilla/5.0', 'Actor/1.0', 'curl/8.0'])('spoofs its agent, of %s', async (userAgent) => {
    expect(await verify(signed(EXPIRED, userAgent))).toEqual({
      declared: true,
      agent: ACTOR,
      verdict: { kind: 'spoofed', method: 'web-bot-auth' },
      signatureFailed: true,
    })
  })

  test('spoofs whoever is named, unless another means confirms it', async () => {
    const bare = await verify(signed(EXPIRED, 'Bare/1.0'))
    expect(bare).toMatchObject({ agent: BARE, verdict: SPOOFED, signatureFailed: true })
    const inside = await verify(signed(EXPIRED, 'Crawler/1.0'), { ranges: 'inside' })
    expect(inside).toMatchObject({ agent: CRAWLER, verdict: { method: 'ranges' }, signatureFailed: true })
    const waiting = await verify(signed(EXPIRED, 'Crawler/1.0'), { dns: 'pending' })
    expect(waiting).toMatchObject({ verdict: { kind: 'pending' }, signatureFailed: true })
  })

  test('counts less than the word of Cloudflare', async () => {
    const edge = { botManagement: { verifiedBot: true, signedAgent: true } }
    expect(await verify(signed(EXPIRED, 'Mozilla/5.0', edge))).toMatchObject({
      agent: ACTOR,
      verdict: { kind: 'verified', method: 'platform' },
    })
  })
})

describe('a signature by a key that we lack', () => {
  test('is unverifiable, and no proof that its agent is not there', async () => {
    const found = await verify(signed(UNKNOWN, 'Actor/1.0'), { ranges: 'outside' })
    expect(found).toEqual({ declared: true, agent: ACTOR, verdict: { kind: 'unverifiable' } })
    expect(await verify(signed(UNKNOWN))).toMatchObject({ agent: ACTOR, verdict: { kind: 'unverifiable' } })
  })

  test('still lets ranges confirm', async () => {
    expect(await verify(signed(UNKNOWN), { ranges: 'inside' })).toMatchObject({
      verdict: { method: 'ranges' },
    })
  })

  test('of a host that does not sign for who is named helps nobody', async () => {
    const found = await verify(signed(UNKNOWN, 'Listed/1.0'), { ranges: 'outside' })
    expect(found).toMatchObject({ agent: LISTED, verdict: SPOOFED })
  })

  test('is what all are while no directory is there', async () => {
    const found = await verify(signed(V1), { keys: { keysOf: () => undefined } })
    expect(found).toMatchObject({ agent: ACTOR, verdict: { kind: 'unverifiable' } })
  })
})

test('a signature of a host that is not listed is as if it were not there', async () => {
  expect(await verify(signed(withAgent(V1, '"https://evil.example"')))).toEqual({ declared: false })
})

describe('a means in mode log changes nothing but what is recorded', () => {
  test.each<[string, SignedRequest, string]>([
    ['right', V1, 'verified'],
    ['wrong', EXPIRED, 'failed'],
    ['unknown', UNKNOWN, 'unknown-key'],
  ])('a %s signature', async (_, request, kind) => {
    const plain = verify(named('Mozilla/5.0'))
    const observed = { signature: kind }
    expect(await verify(signed(request), { signatures: 'log' })).toEqual({ ...plain, observed })
    const listed = verify(named('Listed/1.0'), { ranges: 'outside' })
    const found = await verify(signed(request, 'Listed/1.0'), { ranges: 'outside', signatures: 'log' })
    expect(found).toEqual({ ...listed, observed })
  })

  test('DNS', () => {
    const world: World = { names: 'log', dns: 'confirmed' }
    expect(verify(named('Named/1.0'), world)).toEqual({
      declared: true,
      agent: NAMED,
      verdict: { kind: 'unverifiable' },
      observed: { dns: 'confirmed' },
    })
    expect(verify(named('Crawler/1.0'), { ...world, ranges: 'outside' })).toMatchObject({
      verdict: { kind: 'spoofed', method: 'ranges' },
      observed: { dns: 'confirmed' },
    })
  })
})

describe('a means that is off is not asked', () => {
  test('signatures', () => {
    expect(verify(signed(V1), { signatures: 'off' })).toEqual({ declared: false })
  })

  test('DNS', () => {
    expect(verify(named('Named/1.0'), { names: 'off', dns: 'confirmed' })).toMatchObject({
      verdict: { kind: 'unverifiable' },
    })
    expect(asked).toEqual([])
  })
})

test('only a signature takes time', () => {
  const worlds: World[] = [{}, { ranges: 'inside' }, { dns: 'pending' }]
  for (const world of worlds) {
    for (const { name } of AGENTS) expect(verify(named(name), world)).not.toBeInstanceOf(Promise)
  }
  expect(verify(signed(V1))).toBeInstanceOf(Promise)
})
