import { describe, expect, test } from 'vitest'
import type { AgentClass } from '../../../src/bundle/bots-model.ts'
import type { AssessmentView } from '../../../src/http/rule-fields/assessment-view.ts'
import { createRules } from '../../../src/ingress/rules/rules.ts'
import { crawlerLimits } from '../../../src/policy/bots/crawler-limits.ts'
import { createFacts } from '../../http/facts.ts'
import { crawlersOf } from '../../ingress/bots/crawlers/policy-fixture.ts'

const RATE = { action: 'rate', rate: { requests: 30, period: 60 } } as const
const SLOW = { action: 'rate', rate: { requests: 5, period: 3600 } } as const

const crawlers = crawlersOf(
  {
    seo: {
      ...RATE,
      paths: [
        { action: 'deny', path: { kind: 'prefix', value: '/private' } },
        { ...SLOW, path: { kind: 'prefix', value: '/search' } },
        { action: 'allow', path: { kind: 'exact', value: '/search/help' } },
      ],
    },
    other: { ...RATE, paths: [] },
    scanner: { ...RATE, paths: [{ action: 'deny', path: { kind: 'prefix', value: '/' } }] },
  },
  {
    agents: {
      'Ahrefs Bot': { ...SLOW, paths: [] },
      'ahrefs-bot': { ...RATE, paths: [] },
      Nice: { action: 'allow', paths: [] },
    },
  },
)
const limits = crawlerLimits({ mode: 'enforce', crawlers })

const rules = createRules({
  rules: [],
  limits,
  lists: new Map(),
  mode: 'enforce',
  isCleared: () => false,
  maxSubject: 8192,
})

/** Ids of the limits that are about a client, with what it is counted by. */
function about(view: Partial<AssessmentView>, target = '/page', address = '192.0.2.77'): readonly string[] {
  const request = createFacts({ target, address })
  const bot = (): AssessmentView => ({ declared: true, score: 0, band: 'likely-human', ...view })
  const { limits: expressions } = rules.begin({ request, now: 0, bot })
  return limits
    .filter(({ id, scope }) => {
      const inScope =
        scope.paths.length === 0 ||
        scope.paths.some(({ value }) => target === value || target.startsWith(`${value}/`))
      return inScope && expressions.matches(id)
    })
    .map(({ id }) => `${id} ${expressions.values(id).join()}`)
}

const seo = (name: string, kind: AgentClass = 'seo') => ({ agent: { name, class: kind } })
const verified = { verdict: { kind: 'verified' } } as const

describe('rate in the policy of crawlers', () => {
  test('becomes two limits each, by network and by verified agent', () => {
    expect(limits.map(({ id }) => id)).toEqual([
      'bots-seo',
      'bots-seo-verified',
      'bots-seo-path-2',
      'bots-seo-path-2-verified',
      'bots-other',
      'bots-other-verified',
      'bots-agent-ahrefs-bot',
      'bots-agent-ahrefs-bot-verified',
      'bots-agent-ahrefs-bot-2',
      'bots-agent-ahrefs-bot-2-verified',
    ])
    expect(limits[0]).toMatchObject({
      requests_per_period: 30,
      period: 60,
      action: 'throttle',
      status: 429,
      counting_scope: 'colo',
      accuracy: 'balanced',
      mode: 'enforce',
    })
    expect(limits[3]).toMatchObject({
      requests_per_period: 5,
      period: 3600,
      counting_scope: 'global',
      accuracy: 'strict',
    })
    for (const { id } of limits) expect(id).toMatch(/^[a-z][a-z0-9-]{0,62}$/)
  })

  test('counts who only names itself by network, and who has proved it by name', () => {
    expect(about(seo('MJ12bot'))).toEqual(['bots-seo 192.0.2.0'])
    expect(about(seo('MJ12bot'), '/page', '2001:db8:1:2:3::4')).toEqual(['bots-seo 2001:db8:1::'])
    expect(about({ ...seo('MJ12bot'), verdict: { kind: 'spoofed' } })).toEqual(['bots-seo 192.0.2.0'])
    expect(about({ ...seo('MJ12bot'), ...verified })).toEqual(['bots-seo-verified MJ12bot'])
  })

  test('holds where no other terms do', () => {
    expect(about(seo('MJ12bot'), '/private')).toEqual([])
    expect(about(seo('MJ12bot'), '/private/a')).toEqual([])
    expect(about(seo('MJ12bot'), '/privateer')).toEqual(['bots-seo 192.0.2.0'])
    expect(about(seo('MJ12bot'), '/search')).toEqual(['bots-seo-path-2 192.0.2.0'])
    expect(about(seo('MJ12bot'), '/search/a')).toEqual(['bots-seo-path-2 192.0.2.0'])
    expect(about(seo('MJ12bot'), '/search/help')).toEqual([])
  })

  test('lets everybody read robots.txt', () => {
    expect(about(seo('MJ12bot'), '/robots.txt')).toEqual([])
  })

  test('of an agent comes before that of its class', () => {
    expect(about(seo('Ahrefs Bot'))).toEqual(['bots-agent-ahrefs-bot 192.0.2.0'])
    expect(about(seo('ahrefs-bot'))).toEqual(['bots-agent-ahrefs-bot-2 192.0.2.0'])
    expect(about(seo('Nice'))).toEqual([])
  })

  test('of other is also about programs that nobody knows, and never about people', () => {
    expect(about({})).toEqual(['bots-other 192.0.2.0'])
    expect(about(seo('X', 'other'))).toEqual(['bots-other 192.0.2.0'])
    expect(about({ declared: false })).toEqual([])
  })

  test('is nothing while the policy is off, and only recorded while it logs', () => {
    expect(crawlerLimits({ mode: 'off', crawlers })).toEqual([])
    expect(crawlerLimits({ mode: 'log', crawlers }).every(({ mode }) => mode === 'log')).toBe(true)
  })
})

test('ids are no other’s, whatever agents are called', () => {
  const paths = [{ ...SLOW, path: { kind: 'prefix', value: '/a' } }] as const
  const names = ['Foo', 'Foo verified', 'Foo path 1', 'Foo-x', 'Foo verified x', 'foo', 'F'.repeat(64)]
  const agents = Object.fromEntries(names.map((name) => [name, { ...RATE, paths }]))
  const ids = crawlerLimits({ mode: 'enforce', crawlers: crawlersOf({}, { agents }) }).map(({ id }) => id)
  expect(ids).toHaveLength(names.length * 4)
  expect(new Set(ids).size).toBe(ids.length)
})
