import { describe, expect, it, test } from 'vitest'
import type { Bundle } from '../../src/bundle/bundle.ts'
import type { LimitModel, PolicyModel, RuleModel } from '../../src/bundle/model.ts'
import { CHALLENGE_PATH } from '../../src/ingress/challenge/offer.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { localShards } from '../../src/ingress/limits/local-shards.ts'
import { type DecideContext, decide } from '../../src/pipeline/decide.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import { linkPolicy, type Stages } from '../../src/pipeline/stages.ts'
import type { TraceEvent } from '../../src/pipeline/trace.ts'
import { fullModel } from '../bundle/policy-model.ts'
import { createFacts, type FactsChange } from '../http/facts.ts'
import { createLimit } from '../ingress/limits/request.ts'
import {
  BLOCK,
  createRule,
  LATE,
  LOG,
  parseTest,
  parseText,
  RESPONSE,
  redirectTo,
  rewrite,
  skip,
} from '../ingress/rules/rule-models.ts'
import { createRoute } from '../shield/fixtures.ts'

const NOW = 1_795_000_000_000
const SECRET = new Uint8Array(16).fill(3)

interface Change {
  readonly rules?: readonly RuleModel[]
  readonly limits?: readonly LimitModel[]
  readonly stages?: Partial<PolicyModel['settings']['stages']>
}

function link({ rules = [], limits = [], stages = {} }: Change): Stages {
  const model: PolicyModel = {
    schema: 3,
    version: '0123456789abcdef',
    settings: {
      unknown_host: 421,
      stages: {
        hygiene: 'enforce',
        access: 'enforce',
        rules: 'enforce',
        limits: 'enforce',
        dos: 'enforce',
        ...stages,
      },
      signature_ttl: 60,
      records_per_second: 10,
      record_query: false,
    },
    hygiene: {
      methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      max_url_bytes: 1000,
      max_header_count: 50,
      max_header_bytes: 10_000,
      max_header_value_bytes: 5000,
      max_query_parameters: 50,
      max_cookies: 50,
      max_cookie_bytes: 5000,
      trailing_host_dot: 'strip',
    },
    access: [],
    lists: [],
    rules,
    limits,
    dos: fullModel.dos,
    routes: [
      createRoute({
        id: 'site',
        action: { kind: 'forward', origin: 'http://o.example', timeout_ms: 0 },
      }),
      createRoute({ id: 'fixed', path: { kind: 'exact', value: '/fixed' } }),
    ],
  }
  const none = (): never => {
    throw new Error('no parts')
  }
  const bundle: Bundle = { model, prefixSet: none, part: none }
  const limiter = {
    shards: localShards(),
    shardCount: 1,
    exact: true,
    secret: SECRET,
    timer: () => () => {},
    isolate: 1,
    random: () => 0,
  }
  return linkPolicy(bundle, { limiter, bans: createBanTable() })
}

function run(stages: Stages, change: FactsChange = {}, context?: DecideContext): Outcome {
  const outcome = decide(createFacts(change), stages, NOW, context)
  if (outcome instanceof Promise) throw new Error('expected a decision at once')
  return outcome
}

const path = (value: string): string => `http.request.uri.path eq "${value}"`

describe('the order of stages', () => {
  const stages = link({
    rules: [
      createRule('http.user_agent eq "both"', BLOCK, { id: 'block' }),
      createRule('http.user_agent in {"both" "moved"}', redirectTo('/new'), { id: 'moved' }),
    ],
    limits: [createLimit({ id: 'one', requests_per_period: 1 })],
  })
  const as = (agent: string, change: FactsChange = {}) =>
    run(stages, { ...change, headers: [['user-agent', agent]] }).terminal

  it('has redirects before rules, whatever the order in the policy', () => {
    expect(as('both')).toMatchObject({ rule: 'rules.moved', location: '/new' })
  })

  it('has rules after hygiene and before limits, which do not count what rules end', () => {
    expect(as('both', { target: '/%00' })?.stage).toBe('hygiene')
    for (let i = 0; i < 5; i++) expect(as('moved')?.rule).toBe('rules.moved')
    expect(as('x')).toBeUndefined()
    expect(as('x')?.rule).toBe('limits.one')
  })

  it('has rules before routes: they end what no route takes', () => {
    expect(as('moved', { host: 'other.example' })?.rule).toBe('rules.moved')
    expect(as('x', { host: 'other.example', address: '198.51.100.1' })?.rule).toBe('route.unknown-host')
  })
})

describe('padding', () => {
  const evil = (expression: string, headers: readonly (readonly [string, string])[]) =>
    run(link({ rules: [createRule(expression, BLOCK, { id: 'evil' })] }), { headers }).terminal?.rule

  it('of stray bytes, of which UTF-8 makes three each, hides nothing from a rule', () => {
    // What the runtime makes of 4,000 bytes 0xFF: 12,000 bytes for rules, and 4,000 characters for hygiene.
    const agent = `${'\ufffd'.repeat(4000)}evil`
    expect(evil('http.user_agent matches "ev[i1]l"', [['user-agent', agent]])).toBe('rules.evil')
    const replaced = 'regex_replace(http.user_agent, "ev[i1]l$", "found") contains "found"'
    expect(evil(replaced, [['user-agent', agent]])).toBe('rules.evil')
  })

  it('of one field hides nothing from a rule that looks at all of them joined', () => {
    const headers = [
      ['a', 'x'.repeat(4500)],
      ['b', 'x'.repeat(4500)],
      ['c', 'evil'],
    ] as const
    const joined = 'join(http.request.headers.values, " ") matches "ev[i1]l"'
    expect(evil(joined, headers)).toBe('rules.evil')
  })
})

describe('limits', () => {
  const limits = [createLimit({ id: 'login', requests_per_period: 1, filter: parseTest(path('/login')) })]

  it('with a filter count what it matches', () => {
    const stages = link({ limits })
    const rules = [1, 2, 3].map(() => run(stages, { target: '/page' }).terminal?.rule)
    const login = [1, 2].map(() => run(stages, { target: '/login' }).terminal?.rule)
    expect([rules, login]).toEqual([
      [undefined, undefined, undefined],
      [undefined, 'limits.login'],
    ])
  })

  it('are left out by a rule that skips them', () => {
    const rules = [createRule('http.user_agent eq "us"', skip({ phases: ['http_ratelimit'] }), { id: 'us' })]
    const stages = link({ limits, rules })
    const ask = (agent: string) => run(stages, { target: '/login', headers: [['user-agent', agent]] })
    expect([1, 2, 3].map(() => ask('us').terminal)).toEqual([undefined, undefined, undefined])
    expect(ask('us').matched).toEqual(['rules.us'])
    expect([1, 2].map(() => ask('x').terminal?.rule)).toEqual([undefined, 'limits.login'])
  })
})

describe('an outcome', () => {
  const set = (name: string, value: string) => rewrite({ operation: 'set', name, value })

  it('has the edits of the request for what is forwarded only', () => {
    const stages = link({ rules: [createRule('ssl', set('x-a', '1'), { phase: LATE, id: 'late' })] })
    expect(run(stages)).toMatchObject({
      requestEdits: [{ operation: 'set', name: 'x-a', value: '1' }],
      matched: ['rules.late'],
    })
    expect(run(stages, { target: '/fixed' })).not.toHaveProperty('requestEdits')
    expect(run(stages, { host: 'other.example' })).not.toHaveProperty('requestEdits')
  })

  it('transforms responses of origins and routes, not refusals', () => {
    const stages = link({
      rules: [
        createRule('http.response.code eq 200', set('x-a', '1'), { phase: RESPONSE }),
        createRule(path('/no'), BLOCK),
      ],
    })
    const response = { status: 200, headers: new Map<string, string>() }
    expect(run(stages).transformResponse?.(response).edits).toHaveLength(1)
    expect(run(stages, { target: '/fixed' }).transformResponse?.(response).edits).toHaveLength(1)
    expect(run(stages, { target: '/no' })).not.toHaveProperty('transformResponse')
    expect(run(stages, { host: 'other.example' })).not.toHaveProperty('transformResponse')
  })

  it('tells what log mode saw in every stage', () => {
    const rules = [
      createRule('ssl', BLOCK, { id: 'soft', mode: 'log' }),
      createRule('ssl', LOG, { id: 'note' }),
    ]
    const { terminal, logged } = run(link({ rules }))
    expect(terminal).toBeUndefined()
    expect(logged.map(({ rule }) => rule)).toEqual(['rules.soft', 'rules.note'])
  })

  it('draws a seed when a rule asks for one', () => {
    const rule = createRule(
      'ssl',
      rewrite({ operation: 'set', name: 'x-id', expression: parseText('uuidv4(cf.random_seed)', LATE) }),
      { phase: LATE },
    )
    let drawn = 0
    const context = { drawSeed: () => `${String(drawn++)}`.repeat(16) }
    const { requestEdits } = run(link({ rules: [rule] }), {}, context)
    expect(requestEdits).toMatchObject([{ value: expect.stringMatching(/^[0-9a-f-]{36}$/) }])
    run(link({}), {}, context)
    expect(drawn).toBe(1)
  })
})

test('solutions of challenges pass rules and limits, not hygiene', () => {
  const stages = link({
    rules: [createRule('ssl', BLOCK, { id: 'all' })],
    limits: [createLimit({ requests_per_period: 1 })],
  })
  for (let i = 0; i < 3; i++) {
    const { terminal } = run(stages, { method: 'POST', target: CHALLENGE_PATH })
    expect(terminal?.stage === 'rules' || terminal?.stage === 'limits').toBe(false)
  }
  expect(run(stages, { method: 'PUT', target: CHALLENGE_PATH }).terminal?.stage).toBe('hygiene')
  expect(run(stages, { target: `${CHALLENGE_PATH}/x` }).terminal?.rule).toBe('rules.all')
})

test('the rules of a stage that is off say nothing, but filters of limits hold', () => {
  const stages = link({
    rules: [createRule('ssl', BLOCK)],
    limits: [createLimit({ requests_per_period: 1, filter: parseTest(path('/login')) })],
    stages: { rules: 'off' },
  })
  expect([1, 2, 3].map(() => run(stages).terminal)).toEqual([undefined, undefined, undefined])
})

describe('a trace', () => {
  const traced = (change: Change, facts: FactsChange = {}) => {
    const events: TraceEvent[] = []
    run(link(change), facts, { trace: (event) => events.push(event) })
    return events.map((event) =>
      event.kind === 'bots'
        ? `  ${event.assessment.band}`
        : event.kind === 'rule'
          ? `  ${event.rule} ${event.result}`
          : [
              event.stage,
              event.phase,
              event.terminal?.rule ?? 'goes on',
              event.route,
              event.skipped && 'skipped',
            ]
              .filter(Boolean)
              .join(' '),
    )
  }
  const rules = [
    createRule(path('/no'), BLOCK, { id: 'no' }),
    createRule('ssl', skip({ phases: ['http_ratelimit'], rules: ['left'] }), { id: 'quick' }),
    createRule('ssl', BLOCK, { id: 'left' }),
    createRule('ssl', LOG, { id: 'note', phase: LATE }),
  ]

  it('tells every stage and every rule in order', () => {
    expect(traced({ rules })).toEqual([
      'hygiene goes on',
      'access goes on',
      'dos goes on',
      'rules http_request_dynamic_redirect goes on',
      '  no no-match',
      '  quick match',
      '  left skipped',
      'rules http_request_firewall_custom goes on',
      'limits goes on skipped',
      'route goes on site',
      '  note match',
      'rules http_request_late_transform goes on',
    ])
  })

  it('ends where the request ends', () => {
    expect(traced({ rules }, { target: '/no' }).slice(-2)).toEqual([
      '  no match',
      'rules http_request_firewall_custom rules.no',
    ])
    expect(traced({ rules }, { host: 'other.example' }).at(-1)).toBe('route route.unknown-host')
    expect(traced({ rules }, { target: '/%00' })).toEqual(['hygiene hygiene.nul'])
  })
})
