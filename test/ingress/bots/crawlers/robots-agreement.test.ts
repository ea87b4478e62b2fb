/** The file and the door: what robots-parser makes of the file is what enforcement does. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGENT_CLASSES } from '../../../../src/bundle/agent-classes.ts'
import type { AgentModel, CrawlerPolicy, CrawlerTerms } from '../../../../src/bundle/bots-model.ts'
import { createCrawlers } from '../../../../src/ingress/bots/crawlers/crawlers.ts'
import { writeRobots } from '../../../../src/ingress/bots/crawlers/write-robots.ts'
import { AGENTS } from '../../../../src/policy/bots/catalogue/agents.ts'
import { DEFAULT_TERMS } from '../../../../src/policy/bots/crawler-defaults.ts'
import { createFacts } from '../../../http/facts.ts'
import { readWithOtherParser } from './other-parser.ts'
import { agent, CHALLENGE, type CrawlersModel, crawlersOf, LABYRINTH } from './policy-fixture.ts'

const MAZE = LABYRINTH.path
const RUNS = Number(process.env.SALLYPORT_ROBOTS_RUNS ?? 40)

const ACTIONS = ['allow', 'verify', 'challenge', 'rate', 'price', 'deny', 'labyrinth'] as const
const NAMES = ['GPTBot', 'Googlebot', 'Googlebot-Image', 'CCBot', 'Bing_bot', 'Foo', 'Foo-News', 'a']

/** Few names, so that paths meet. */
const segment = fc.constantFrom('a', 'b', 'ab', 'press', 'x.html', "it's", '%20', '~u', 'B')
const path = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
  .map(([parts, slash]) => (parts.length === 0 ? '/' : `/${parts.join('/')}${slash ? '/' : ''}`))
const query = fc.constantFrom('', '', '?', '?q=1', '?q=/a/b.html')
const terms: fc.Arbitrary<CrawlerTerms> = fc.constantFrom(...ACTIONS).map((action) => ({ action }))
const policy: fc.Arbitrary<CrawlerPolicy> = fc
  .tuple(
    terms,
    fc.uniqueArray(
      fc.record({
        action: fc.constantFrom(...ACTIONS),
        path: fc.record({ kind: fc.constantFrom('exact', 'prefix'), value: path }),
      }),
      { maxLength: 5, selector: ({ path: { kind, value } }) => `${kind} ${value}` },
    ),
  )
  .map(([own, paths]) => ({ ...own, paths }))
const agents: fc.Arbitrary<readonly AgentModel[]> = fc
  .array(fc.constantFrom(...AGENT_CLASSES.slice(0, 4)), { minLength: NAMES.length, maxLength: NAMES.length })
  .map((kinds) => NAMES.map((name, i) => agent(name, kinds[i] ?? 'other')))
const crawlers: fc.Arbitrary<CrawlersModel> = fc
  .record({
    classes: fc.tuple(policy, policy, policy, policy, policy),
    agents: fc.dictionary(fc.constantFrom(...NAMES.slice(0, 4)), policy, { maxKeys: 3 }),
    robots: fc.constantFrom('merge', 'replace'),
    tokens: fc.dictionary(fc.constantFrom('Google-Extended', 'Apple-X'), fc.constantFrom('allow', 'deny')),
  })
  .map(({ classes, ...more }) => {
    const [first, second, third, fourth, other] = classes
    const kinds = Object.fromEntries(
      [first, second, third, fourth].map((each, i) => [AGENT_CLASSES[i] ?? 'other', each]),
    )
    return crawlersOf({ ...kinds, other }, more)
  })

const plain = path
const wild = fc
  .tuple(path, fc.constantFrom('*', '*b', '*.html', '*.html$', '*/x', '$', '*a*b', '*?', '*ress/'))
  .map(([start, end]) => start + end)
const pattern = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: wild })

/** A file of the origin's as people write them. */
function file(patterns: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const rule = fc
    .tuple(fc.constantFrom('Allow', 'Disallow', 'disallow'), patterns)
    .map(([name, value]) => `${name}: ${value}`)
  const group = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...NAMES, '*', 'Unknown', 'gptbot/1.0'), { minLength: 1, maxLength: 3 }),
      fc.array(rule, { maxLength: 5 }),
    )
    .map(([names, rules]) => [...names.map((name) => `User-agent: ${name}`), ...rules, 'Crawl-delay: 1'])
  const rest = fc.constantFrom('', '# about', 'Sitemap: https://shop.example/map.xml', 'Nonsense', '<b>')
  return fc
    .tuple(fc.array(fc.tuple(group, rest), { maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r'))
    .map(([groups, end]) => groups.flatMap(([lines, more]) => [...lines, more]).join(end))
}

/** Whether an agent that has proved its name gets in, for money perhaps. */
function door(model: CrawlersModel): (one: AgentModel, target: string) => boolean {
  const { decide } = createCrawlers({
    mode: 'enforce',
    crawlers: model,
    challenge: CHALLENGE,
    labyrinth: LABYRINTH,
  })
  const verdict = { kind: 'verified', method: 'ranges' } as const
  return (one, target) => {
    const assessment = { declared: true, agent: one, verdict, score: 0, signals: [], band: '' }
    const decision = decide(assessment, createFacts({ target }))
    return decision === undefined || decision.status === 402
  }
}

const visits = fc.array(fc.tuple(fc.nat({ max: NAMES.length - 1 }), path, query), {
  minLength: 40,
  maxLength: 40,
})

describe('robots.txt and enforcement', () => {
  test('agree for every agent and path of a random policy, without a file of the origin', () => {
    let pairs = 0
    fc.assert(
      fc.property(crawlers, agents, visits, (model, known, tried) => {
        const opens = door(model)
        const allowed = readWithOtherParser(writeRobots(model, known, MAZE))
        for (const [i, target, search] of tried) {
          const one = known[i]
          if (one === undefined) continue
          pairs++
          const enforced = opens(one, target)
          expect([one.name, target, search, allowed(one.name, target + search)]).toEqual([
            one.name,
            target,
            search,
            enforced,
          ])
        }
      }),
      { numRuns: RUNS },
    )
    expect(pairs).toBeGreaterThan(1000)
  })

  test('agree for every agent of the catalogue with a token, under the policy that is the default', () => {
    const price = { action: 'price', price: 'USD 0.01', path: { kind: 'prefix', value: '/archive' } } as const
    const closed = { action: 'deny', path: { kind: 'prefix', value: '/api' } } as const
    const own = { 'ai-train': { ...DEFAULT_TERMS['ai-train'], paths: [price] } }
    const seo = { seo: { ...DEFAULT_TERMS.seo, paths: [closed] } }
    const classes = AGENT_CLASSES.map((name) => [name, { ...DEFAULT_TERMS[name], paths: [] }])
    const model = crawlersOf({ ...Object.fromEntries(classes), ...own, ...seo })
    const opens = door(model)
    const origin = 'User-agent: GPTBot\nUser-agent: CCBot\nAllow: /\n\nUser-agent: *\nAllow: /archive/\n'
    const allowed = readWithOtherParser(writeRobots(model, AGENTS, MAZE, origin))
    const named = AGENTS.filter(({ robots }) => robots !== undefined)
    const paths = ['/', '/a', '/archive', '/archive/1990', '/archives', '/api', '/api/v1?x=1', '/apis']
    const pairs = named.flatMap((one) => paths.map((path) => [one, path] as const))
    expect(pairs.length).toBeGreaterThan(1000)
    const differing = pairs.filter(([one, path]) => {
      const same = named.filter(({ robots }) => robots === one.robots)
      const target = path.replace(/\?.*/, '')
      return allowed(one.robots ?? '', path) !== same.every((each) => opens(each, target))
    })
    expect(differing).toEqual([])
  })

  test('agree beside any file of the origin: what the door refuses, or the origin, the file forbids', () => {
    fc.assert(
      fc.property(crawlers, agents, file(pattern), visits, (model, known, origin, tried) => {
        const opens = door(model)
        const allowed = readWithOtherParser(writeRobots(model, known, MAZE, origin))
        const theirs = readWithOtherParser(model.robots === 'merge' ? origin : '')
        for (const [i, target, search] of tried) {
          const one = known[i]
          if (one === undefined || !allowed(one.name, target + search)) continue
          expect([one.name, target, opens(one, target)]).toEqual([one.name, target, true])
          expect([one.name, target + search, theirs(one.name, target + search)]).toEqual([
            one.name,
            target + search,
            true,
          ])
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('agree in full beside a file without wildcards', () => {
    fc.assert(
      fc.property(crawlers, agents, file(plain), visits, (model, known, origin, tried) => {
        const opens = door(model)
        const allowed = readWithOtherParser(writeRobots(model, known, MAZE, origin))
        const theirs = readWithOtherParser(model.robots === 'merge' ? origin : '')
        for (const [i, target, search] of tried) {
          const one = known[i]
          if (one === undefined) continue
          const enforced = opens(one, target)
          expect([one.name, target + search, allowed(one.name, target + search)]).toEqual([
            one.name,
            target + search,
            enforced && theirs(one.name, target + search),
          ])
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('keep everybody out of the maze, whatever the origin allows', () => {
    fc.assert(
      fc.property(crawlers, agents, file(pattern), (model, known, origin) => {
        const allowed = readWithOtherParser(writeRobots(model, known, MAZE, origin))
        for (const name of [...NAMES, 'Unknown', 'Nobody', 'Google-Extended'])
          expect([name, allowed(name, `${MAZE}ab12/ledger`)]).toEqual([name, false])
      }),
      { numRuns: RUNS },
    )
  })
})
