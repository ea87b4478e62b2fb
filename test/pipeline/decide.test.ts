import { describe, expect, it, test } from 'vitest'
import { DEFAULT_CHALLENGE } from '../../src/bundle/default-challenge.ts'
import type { Decision, StageResult } from '../../src/http/decision.ts'
import { NOTHING } from '../../src/http/decision.ts'
import type { HygieneRelief } from '../../src/http/hygiene-rules.ts'
import { createChallenge } from '../../src/ingress/challenge/challenge.ts'
import type { Limiter, LimiterStats } from '../../src/ingress/limits/limiter.ts'
import { createRules } from '../../src/ingress/rules/rules.ts'
import { decide } from '../../src/pipeline/decide.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import type { Stages } from '../../src/pipeline/stages.ts'
import { createRouter } from '../../src/shield/router.ts'
import { fullModel } from '../bundle/policy-model.ts'
import { createFacts, type FactsChange } from '../http/facts.ts'
import { createRoute } from '../shield/fixtures.ts'

const NOW = 1_795_000_000_000

const ROUTER = createRouter([
  createRoute({
    id: 'api',
    path: { kind: 'prefix', value: '/api' },
    relax: ['encoded-slash'],
    max_body: 7,
    action: { kind: 'forward', origin: 'http://o.example', timeout_ms: 0 },
  }),
  createRoute({
    id: 'old',
    path: { kind: 'exact', value: '/old' },
    action: { kind: 'redirect', status: 302, location: '/new', preserve_path: false, preserve_query: false },
  }),
  createRoute({ id: 'robots', path: { kind: 'exact', value: '/robots.txt' } }),
])

type Name = 'hygiene' | 'access' | 'dos' | 'limits'

function refuse(stage: Name): Decision {
  return { action: 'block', stage, rule: `${stage}.no`, reason: '', mode: 'enforce', status: 403 }
}

function record(stage: Name): Decision {
  return { ...refuse(stage), rule: `${stage}.log`, mode: 'log' }
}

interface Script {
  readonly results?: Partial<Record<Name, StageResult>>
  readonly later?: boolean
  readonly unknownHost?: 404 | 421
}

const NO_SUMS: LimiterStats = {
  calls: 0,
  reports: 0,
  errors: 0,
  timeouts: 0,
  skipped: 0,
  waited: 0,
  blockedLocally: 0,
  local: 0,
  evicted: 0,
  faults: 0,
}

/** Stages that say what the test has them say, and note that they were asked. */
function open({ results = {}, later = false, unknownHost = 421 }: Script = {}) {
  const asked: Name[] = []
  const reliefs: HygieneRelief[] = []
  const answer = (name: Name): StageResult => {
    asked.push(name)
    return results[name] ?? NOTHING
  }
  const limiter: Limiter = {
    stats: NO_SUMS,
    check(facts, now) {
      expect([facts.method, now]).toEqual(['GET', NOW])
      const result = answer('limits')
      return later ? Promise.resolve(result) : result
    },
  }
  const stages: Stages = {
    version: 'v',
    unknownHost,
    hygiene(_, relief) {
      reliefs.push(relief)
      return answer('hygiene')
    },
    access: ({ host, path, method, client }) => {
      expect({ host, path, method, client }).toMatchObject({ host: expect.any(String), method: 'GET' })
      return answer('access')
    },
    dos: {
      check(facts, route, now) {
        expect([facts.method, now]).toEqual(['GET', NOW])
        expect(['', 'api', 'old', 'robots']).toContain(route)
        return answer('dos')
      },
      isAttacked: () => false,
    },
    limitsReadBody: () => false,
    bodies: fullModel.dos.bodies,
    rules: createRules({
      rules: [],
      limits: [],
      lists: new Map(),
      mode: 'enforce',
      isCleared: () => false,
    }),
    challenge: createChallenge({
      model: DEFAULT_CHALLENGE,
      relays: [],
      secrets: [new Uint8Array(16)],
      spend: async () => 'first',
    }),
    limiter,
    route: ROUTER,
  }
  const run = (change: FactsChange = { target: '/api/x' }) => decide(createFacts(change), stages, NOW)
  const runNow = (change?: FactsChange): Outcome => {
    const outcome = run(change)
    if (outcome instanceof Promise) throw new Error('expected a decision at once')
    return outcome
  }
  return { asked, reliefs, run, runNow }
}

const ORDER: readonly Name[] = ['hygiene', 'access', 'dos', 'limits']

describe('the first stage that refuses', () => {
  it.each(ORDER)('ends the request: %s', (name) => {
    const index = ORDER.indexOf(name)
    const later = ORDER.slice(index).map((stage) => [stage, { terminal: refuse(stage), logged: [] }] as const)
    const earlier = ORDER.slice(0, index).map((stage) => [stage, { logged: [record(stage)] }] as const)
    const { asked, runNow } = open({ results: Object.fromEntries([...earlier, ...later]) })
    const outcome = runNow()
    expect(outcome.terminal?.rule).toBe(`${name}.no`)
    expect(outcome.logged.map(({ rule }) => rule)).toEqual(
      ORDER.slice(0, index).map((stage) => `${stage}.log`),
    )
    expect(outcome.route?.model.id).toBe('api')
    expect(asked).toEqual(ORDER.slice(0, index + 1))
  })

  it.each(ORDER)('ends it before a route is missed or answers: %s', (name) => {
    const { runNow } = open({ results: { [name]: { terminal: refuse(name), logged: [] } } })
    for (const change of [{ host: 'other.example' }, { target: '/none' }, { target: '/old' }]) {
      expect(runNow(change).terminal?.rule).toBe(`${name}.no`)
    }
  })

  it.each(ORDER)('still tells what it saw in log mode itself: %s', (name) => {
    const { runNow } = open({ results: { [name]: { terminal: refuse(name), logged: [record(name)] } } })
    expect(runNow().logged).toEqual([record(name)])
  })
})

describe('a request that nothing refuses', () => {
  it('goes on with its route, and answers at once when nobody has to be asked', () => {
    const { asked, runNow } = open()
    expect(runNow()).toMatchObject({ logged: [], route: { model: { id: 'api' } } })
    expect(runNow()).not.toHaveProperty('terminal')
    expect(asked).toEqual([...ORDER, ...ORDER])
  })

  it('goes on with everything that log mode saw, in order', () => {
    const results = Object.fromEntries(ORDER.map((name) => [name, { logged: [record(name)] }]))
    const { runNow } = open({ results })
    expect(runNow().logged).toEqual(ORDER.map(record))
    expect(runNow()).not.toHaveProperty('terminal')
  })

  it('waits for counters that answer later, with the same outcome', async () => {
    const results = {
      hygiene: { logged: [record('hygiene')] },
      limits: { terminal: refuse('limits'), logged: [record('limits')] },
    }
    for (const script of [{}, { results }]) {
      for (const target of ['/api', '/old', '/none']) {
        const pending = open({ ...script, later: true }).run({ target })
        expect(pending).toBeInstanceOf(Promise)
        expect(await pending).toEqual(open(script).runNow({ target }))
      }
    }
  })

  it('ends in a route that answers by itself', () => {
    const { runNow } = open({ results: { limits: { logged: [record('limits')] } } })
    expect(runNow({ target: '/old' })).toMatchObject({
      terminal: { action: 'redirect', stage: 'route', rule: 'route.old', status: 302 },
      logged: [{ rule: 'limits.log' }],
      route: { model: { id: 'old' } },
    })
    expect(runNow({ target: '/robots.txt' }).terminal).toMatchObject({
      action: 'respond',
      rule: 'route.robots',
      status: 200,
    })
  })
})

describe('a request without a route', () => {
  it.each([404, 421] as const)(
    'for an unknown host is refused with the status of the policy: %d',
    (status) => {
      const { runNow } = open({ unknownHost: status, results: { access: { logged: [record('access')] } } })
      const outcome = runNow({ host: 'other.example', target: '/api' })
      expect(outcome.terminal).toMatchObject({
        action: 'block',
        stage: 'route',
        rule: 'route.unknown-host',
        status,
      })
      expect(outcome.logged).toEqual([record('access')])
      expect(outcome).not.toHaveProperty('route')
    },
  )

  it('for an unknown path of a known host is refused with 404', () => {
    const { terminal, route } = open().runNow({ target: '/apis' })
    expect(terminal).toMatchObject({
      action: 'block',
      stage: 'route',
      rule: 'route.unknown-path',
      status: 404,
    })
    expect(terminal?.fix).toContain('rules/routes/')
    expect(route).toBeUndefined()
  })
})

test('hygiene is as lenient as the route, and strict where there is none', () => {
  const { reliefs, runNow } = open()
  runNow({ target: '/api/a' })
  runNow({ target: '/none' })
  runNow({ host: 'other.example' })
  expect(reliefs[0]).toMatchObject({ maxBody: 7 })
  expect(reliefs[0]?.accepted).not.toBe(0)
  expect(reliefs.slice(1)).toEqual([
    { accepted: 0, maxBody: Number.POSITIVE_INFINITY },
    { accepted: 0, maxBody: Number.POSITIVE_INFINITY },
  ])
})
