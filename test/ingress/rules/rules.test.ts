import { describe, expect, it, test } from 'vitest'
import type { Mode } from '../../../src/http/decision.ts'
import type { RuleFacts } from '../../../src/http/rule-fields/rule-facts.ts'
import type { RuleRun } from '../../../src/ingress/rules/rule-run.ts'
import type { RuleEvent } from '../../../src/ingress/rules/rule-trace.ts'
import type { Rules } from '../../../src/ingress/rules/rules.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'
import {
  BLOCK,
  CUSTOM,
  createRule,
  LATE,
  LOG,
  openRules,
  parseText,
  REDIRECT,
  RESPONSE,
  redirectTo,
  rewrite,
  skip,
} from './rule-models.ts'

const NOW = 1_795_000_000_000

const factsOf = (change: FactsChange = {}): RuleFacts => ({ request: createFacts(change), now: NOW })

function begin(rules: Rules, change: FactsChange = {}): { run: RuleRun; events: RuleEvent[] } {
  const events: RuleEvent[] = []
  return { run: rules.begin(factsOf(change), (event) => events.push(event)), events }
}

const check = (rules: Rules, change: FactsChange = {}) => begin(rules, change).run.check(CUSTOM)

describe('block', () => {
  const rules = openRules([
    createRule('http.request.uri.path eq "/bad"', { kind: 'block', status: 451 }, { id: 'bad' }),
  ])

  it('ends a request that matches, with the status of the rule', () => {
    const { terminal } = check(rules, { target: '/bad' })
    expect(terminal).toMatchObject({
      action: 'block',
      stage: 'rules',
      rule: 'rules.bad',
      status: 451,
      mode: 'enforce',
    })
    expect(terminal?.fix).toContain('rule bad')
  })

  it('leaves others alone', () => {
    expect(check(rules, { target: '/good' })).toEqual({ logged: [] })
  })

  it('ends it before later rules of the phase are looked at', () => {
    const two = openRules([createRule('ssl', BLOCK, { id: 'one' }), createRule('ssl', BLOCK, { id: 'two' })])
    const { run, events } = begin(two)
    expect(run.check(CUSTOM).terminal?.rule).toBe('rules.one')
    expect(events.map(({ rule }) => rule)).toEqual(['one'])
  })
})

describe('modes', () => {
  it.each<[Mode, Mode, 'block' | 'log' | 'nothing']>([
    ['enforce', 'enforce', 'block'],
    ['enforce', 'log', 'log'],
    ['log', 'enforce', 'log'],
    ['log', 'log', 'log'],
    ['off', 'enforce', 'nothing'],
    ['enforce', 'off', 'nothing'],
  ])('a rule in %s in a stage in %s: %s', (mode, stage, expected) => {
    const { terminal, logged } = check(openRules([createRule('ssl', BLOCK, { mode })], { mode: stage }))
    const got = terminal ? 'block' : logged.length > 0 ? 'log' : 'nothing'
    expect(got).toBe(expected)
    expect(logged.every((decision) => decision.mode === 'log')).toBe(true)
  })

  it('log sees every action and carries out none', () => {
    const actions = [
      redirectTo('/x'),
      BLOCK,
      { kind: 'managed_challenge' } as const,
      skip({ current: true, phases: ['http_ratelimit'] }),
      rewrite({ operation: 'set', name: 'x-a', value: '1' }),
      LOG,
    ]
    const rules = openRules(
      actions.map((action) => createRule('ssl', action, { phase: CUSTOM, mode: 'log' })),
    )
    const { run } = begin(rules)
    const { terminal, logged } = run.check(CUSTOM)
    expect(terminal).toBeUndefined()
    expect(logged.map(({ action }) => action)).toEqual([
      'redirect',
      'block',
      'challenge',
      'skip',
      'rewrite',
      'log',
    ])
    expect([run.edits, run.matched, run.skipsLimits]).toEqual([[], [], false])
  })

  it('the action log is seen in enforce mode too, and never more', () => {
    const { terminal, logged } = check(openRules([createRule('ssl', LOG, { id: 'note' })]))
    expect(terminal).toBeUndefined()
    expect(logged).toMatchObject([{ rule: 'rules.note', action: 'log', mode: 'log' }])
  })
})

describe('a percentage', () => {
  const clients = Array.from({ length: 500 }, (_, i) => `198.51.${i >> 8}.${i & 255}`)
  const hit = (percentage: number, id = 'share') => {
    const rules = openRules([createRule('ssl', BLOCK, { id, percentage })])
    return clients.filter((address) => check(rules, { address }).terminal !== undefined)
  }

  it('takes about that share of clients, the same each time, and keeps them as it grows', () => {
    const some = hit(20)
    expect(some.length).toBeGreaterThan(60)
    expect(some.length).toBeLessThan(140)
    expect(hit(20)).toEqual(some)
    const more = new Set(hit(50))
    expect(some.every((client) => more.has(client))).toBe(true)
    expect([hit(0).length, hit(100).length]).toEqual([0, 500])
  })

  it('takes others for another rule', () => {
    expect(hit(20, 'other')).not.toEqual(hit(20))
  })

  it('takes an IPv6 client by its network', () => {
    const rules = openRules([createRule('ssl', BLOCK, { id: 'share', percentage: 50 })])
    const of = (address: string): boolean => check(rules, { address }).terminal !== undefined
    const same = Array.from({ length: 20 }, (_, i) => of(`2001:db8:0:1::${i}`))
    expect(new Set(same).size).toBe(1)
  })

  it('is told to a trace', () => {
    const { run, events } = begin(openRules([createRule('ssl', BLOCK, { percentage: 0 })]))
    run.check(CUSTOM)
    expect(events).toMatchObject([{ result: 'outside-share' }])
  })

  it('is told to a trace with the edits that are its own', () => {
    const set = (id: string, mode: Mode) =>
      createRule('ssl', rewrite({ operation: 'set', name: 'x-a', value: id }), { id, mode, phase: LATE })
    const { run, events } = begin(openRules([set('1', 'enforce'), set('2', 'enforce'), set('3', 'log')]))
    run.check(LATE)
    expect(
      events.map(({ rule, edits }) => [rule, edits?.map((edit) => 'value' in edit && edit.value)]),
    ).toEqual([
      ['1', ['1']],
      ['2', ['2']],
      ['3', undefined],
    ])
  })
})

describe('challenges', () => {
  it.each(['js_challenge', 'managed_challenge', 'challenge'] as const)('%s asks for its kind', (kind) => {
    expect(check(openRules([createRule('ssl', { kind })])).terminal).toMatchObject({
      action: 'challenge',
      challenge: kind,
      status: 403,
    })
  })

  it('are solved for who has a clearance: the next rule is looked at', () => {
    const rules = [createRule('ssl', { kind: 'challenge' }), createRule('ssl', BLOCK, { id: 'next' })]
    const { run, events } = begin(openRules(rules, { isCleared: (_, now) => now === NOW }))
    expect(run.check(CUSTOM).terminal?.rule).toBe('rules.next')
    expect(events.map(({ result }) => result)).toEqual(['cleared', 'match'])
  })

  it('are solved by a clearance of their level or a higher one', () => {
    const kinds = ['managed_challenge', 'js_challenge', 'challenge'] as const
    for (const has of [0, 1, 2, 3]) {
      const isCleared = (_facts: unknown, _now: number, level: number): boolean => has >= level
      const solved = kinds.filter(
        (kind) => check(openRules([createRule('ssl', { kind })], { isCleared })).terminal === undefined,
      )
      expect(solved).toEqual(kinds.slice(0, has))
    }
  })

  it('are not for preflights', () => {
    const headers = [
      ['origin', 'https://a.example'],
      ['access-control-request-method', 'PUT'],
    ] as const
    const rules = openRules([createRule('ssl', { kind: 'challenge' })])
    expect(check(rules, { method: 'OPTIONS', headers }).terminal).toBeUndefined()
    expect(check(rules, { method: 'OPTIONS' }).terminal?.action).toBe('challenge')
  })
})

describe('skip', () => {
  const behind = (action: ReturnType<typeof skip>, mode: Mode = 'enforce') => {
    const rules = openRules([
      createRule('ssl', action, { id: 'skipper', mode }),
      createRule('ssl', LOG, { id: 'a' }),
      createRule('ssl', LOG, { id: 'b' }),
      createRule('ssl', rewrite({ operation: 'set', name: 'x-late', value: '1' }), {
        id: 'late',
        phase: LATE,
      }),
    ])
    const { run, events } = begin(rules)
    const { logged } = run.check(CUSTOM)
    run.check(LATE)
    const seen = logged.map(({ rule }) => rule.slice('rules.'.length))
    return {
      seen,
      late: run.edits.length,
      limits: run.skipsLimits,
      bots: run.skipsBots,
      matched: run.matched,
      events,
    }
  }

  it('leaves out the rest of the phase', () => {
    expect(behind(skip({ current: true }))).toMatchObject({ seen: [], late: 1, limits: false })
  })
  it('leaves out rules by id', () => {
    expect(behind(skip({ rules: ['a'] }))).toMatchObject({ seen: ['b'], late: 1 })
  })
  it('leaves out phases', () => {
    expect(behind(skip({ phases: [LATE] }))).toMatchObject({ seen: ['a', 'b'], late: 0 })
  })
  it('leaves out the limits', () => {
    expect(behind(skip({ phases: ['http_ratelimit'] }))).toMatchObject({ seen: ['a', 'b'], limits: true })
  })
  it('leaves out the stage of bots, and the limits then stay', () => {
    expect(behind(skip({ phases: ['http_request_sbfm'] }))).toMatchObject({ limits: false, bots: true })
  })
  it('leaves out nothing in log mode', () => {
    const phases = ['http_ratelimit', 'http_request_sbfm'] as const
    expect(behind(skip({ current: true, phases }), 'log')).toMatchObject({
      seen: ['skipper', 'a', 'b'],
      limits: false,
      bots: false,
      matched: ['rules.late'],
    })
  })
  it('is told to who asks, and so is what it left out', () => {
    const { matched, events } = behind(skip({ rules: ['a'] }))
    expect(matched).toEqual(['rules.skipper', 'rules.late'])
    expect(events.map(({ rule, result }) => `${rule} ${result}`)).toEqual([
      'skipper match',
      'a skipped',
      'b match',
      'late match',
    ])
  })
})

describe('redirect', () => {
  const go = (action: ReturnType<typeof redirectTo>, change: FactsChange = {}) => {
    const rules = openRules([createRule('ssl', action)])
    return { ...begin(rules, change).run.check(REDIRECT), stats: rules.stats }
  }

  it('leads to a fixed target', () => {
    expect(go(redirectTo('https://new.example/', true), { target: '/a?b=c' }).terminal).toMatchObject({
      action: 'redirect',
      status: 302,
      location: 'https://new.example/?b=c',
    })
  })

  it('leads to a computed target', () => {
    const target = parseText('concat("https://", http.host, "/new", http.request.uri.path)', REDIRECT)
    expect(go(redirectTo(target), { target: '/a' }).terminal?.location).toBe('https://app.example/new/a')
  })

  it.each([
    ['evil', '/?to=//evil.example'],
    ['a line break', '/?to=/a%0d%0aSet-Cookie:x'],
    ['no target', '/'],
  ])('to %s does not happen, is counted, and the request goes on', (_, target) => {
    const expression = parseText('url_decode(http.request.uri.args["to"][0])', REDIRECT)
    const { terminal, stats } = go(redirectTo(expression), { target })
    expect(terminal).toBeUndefined()
    expect(stats).toEqual({ faults: 0, unusable: 1, cuts: 0 })
  })

  it('decisions are not shared between requests', () => {
    const target = parseText('concat("/x", http.request.uri.path)', REDIRECT)
    const rules = openRules([createRule('ssl', redirectTo(target))])
    const locations = ['/a', '/b'].map(
      (path) => begin(rules, { target: path }).run.check(REDIRECT).terminal?.location,
    )
    expect(locations).toEqual(['/x/a', '/x/b'])
  })
})

describe('rewrite', () => {
  it('edits the request with fixed and computed values, in order', () => {
    const rules = openRules([
      createRule('ssl', rewrite({ operation: 'set', name: 'x-a', value: '1' }), { phase: LATE, id: 'one' }),
      createRule(
        'ip.src.country eq "DE"',
        rewrite(
          { operation: 'set', name: 'x-b', expression: parseText('ip.src.country', LATE) },
          { operation: 'remove', name: 'x-c' },
        ),
        { phase: LATE, id: 'two' },
      ),
    ])
    const { run } = begin(rules, { client: { country: 'DE' } })
    expect(run.check(LATE)).toEqual({ logged: [] })
    expect(run.edits).toEqual([
      { operation: 'set', name: 'x-a', value: '1' },
      { operation: 'set', name: 'x-b', value: 'DE' },
      { operation: 'remove', name: 'x-c' },
    ])
    expect(run.matched).toEqual(['rules.one', 'rules.two'])
  })

  it("leaves alone what is the edge's own, which in a response is less", () => {
    const edit = rewrite({ operation: 'set', name: 'x-forwarded-for', value: '1' })
    const rules = openRules([
      createRule('ssl', edit, { phase: LATE }),
      createRule('ssl', edit, { phase: RESPONSE }),
    ])
    const { run } = begin(rules)
    run.check(LATE)
    expect(run.edits).toEqual([])
    expect(run.transformResponse({ status: 200, headers: new Map() }).edits).toHaveLength(1)
  })

  it('edits the response by what it is', () => {
    const cache = { operation: 'set', name: 'cache-control', value: 'no-store' } as const
    const type = {
      operation: 'set',
      name: 'x-type',
      expression: parseText('http.response.content_type.media_type', RESPONSE),
    } as const
    const rules = openRules([
      createRule('http.response.code ge 500', rewrite(cache), { phase: RESPONSE, id: 'errors' }),
      createRule('http.request.uri.path eq "/page"', rewrite(type), { phase: RESPONSE, id: 'type' }),
    ])
    expect(rules.hasResponsePhase).toBe(true)
    const { run } = begin(rules)
    const ok = run.transformResponse({ status: 200, headers: new Map([['content-type', 'text/html; a']]) })
    expect(ok).toEqual({
      edits: [{ operation: 'set', name: 'x-type', value: 'text/html' }],
      logged: [],
      matched: ['rules.type'],
    })
    const broken = run.transformResponse({ status: 502, headers: new Map() })
    expect(broken.edits).toEqual([cache, { operation: 'set', name: 'x-type', value: '' }])
  })
})

describe('the random seed', () => {
  it('is the same for a request and its response, and drawn only when asked for', () => {
    const name = 'x-trace'
    const trace = (phase: typeof LATE | typeof RESPONSE) =>
      createRule(
        'ssl',
        rewrite({ operation: 'set', name, expression: parseText('uuidv4(cf.random_seed)', phase) }),
        { phase },
      )
    let draws = 0
    const drawSeed = (): string => String.fromCharCode(++draws).repeat(16)
    const run = openRules([trace(LATE), trace(RESPONSE)]).begin({ ...factsOf(), drawSeed })
    expect(draws).toBe(0)
    run.check(LATE)
    const { edits } = run.transformResponse({ status: 200, headers: new Map() })
    expect(run.edits).toEqual(edits)
    expect(draws).toBe(1)
  })
})

describe('lists', () => {
  it.each<[string, FactsChange, boolean]>([
    ['ip.src in $office', { address: '192.0.2.77' }, true],
    ['ip.src in $office', { address: '192.0.3.1' }, false],
    ['ip.src in $office', { address: '2001:db8::1' }, false],
    ['ip.src.asnum in $clouds', { client: { asn: 64500 } }, true],
    ['ip.src.asnum in $clouds', { client: { asn: 64501 } }, false],
    ['ip.src.asnum in $clouds', {}, false],
    ['ip.src.country in $home', { client: { country: 'DE' } }, true],
    ['ip.src.country in $home', { client: { country: 'FR' } }, false],
    ['http.host in $friends', { host: 'a.example' }, true],
    ['http.host in $friends', { host: 'x.B.example' }, true],
    ['http.host in $friends', { host: 'b.example' }, false],
    ['lower(http.referer) in $friends', { headers: [['referer', 'A.Example']] }, true],
  ])('%s of %j: %s', (expression, change, expected) => {
    expect(check(openRules([createRule(expression, BLOCK)]), change).terminal !== undefined).toBe(expected)
  })
})

describe('a rule that cannot be evaluated', () => {
  const rule = createRule('not http.user_agent matches "x"', BLOCK, { id: 'broken' })
  // A plan that no policy check would let through: the pattern is no regular expression.
  const broken = JSON.parse(
    JSON.stringify(rule, (key, value) =>
      key === 'plan' ? { engine: 'native', source: '(', pattern: '(' } : value,
    ),
  )

  it('counts as not matched, is counted, and does not disturb the next', () => {
    const rules = openRules([broken, createRule('ssl', LOG, { id: 'next' })])
    const { run, events } = begin(rules)
    const { terminal, logged } = run.check(CUSTOM)
    expect(terminal).toBeUndefined()
    expect(logged.map(({ rule }) => rule)).toEqual(['rules.next'])
    expect(events.map(({ result }) => result)).toEqual(['fault', 'match'])
    expect(rules.stats.faults).toBeGreaterThan(0)
  })

  const failing = (): never => {
    throw new Error('no randomness')
  }
  const seeded = 'uuidv4(cf.random_seed)'

  it('is a fault for every rule that shares what failed: none takes it for a missing value', () => {
    const rules = openRules([
      createRule(`${seeded} eq "a"`, LOG),
      createRule(`not ${seeded} eq "a"`, BLOCK),
      createRule(`not ${seeded} eq "b"`, BLOCK),
    ])
    const events: RuleEvent[] = []
    const run = rules.begin({ ...factsOf(), drawSeed: failing }, (event) => events.push(event))
    expect(run.check(CUSTOM).terminal).toBeUndefined()
    expect(events.map(({ result }) => result)).toEqual(['fault', 'fault', 'fault'])
  })

  it('is counted when it is a value that fails, and the field that it would set is removed', () => {
    const expression = parseText(seeded, LATE)
    const rules = openRules([
      createRule('ssl', rewrite({ operation: 'set', name: 'x-a', expression }), { phase: LATE }),
      createRule('ssl', redirectTo(parseText(seeded, REDIRECT))),
    ])
    const run = rules.begin({ ...factsOf(), drawSeed: failing })
    expect(run.check(REDIRECT).terminal).toBeUndefined()
    expect(rules.stats).toMatchObject({ faults: 1, unusable: 1 })
    run.check(LATE)
    expect(run.edits).toEqual([{ operation: 'remove', name: 'x-a' }])
    expect(rules.stats.faults).toBe(2)
  })
})

test('a policy without rules makes nothing per request', () => {
  const rules = openRules([])
  expect(rules.begin(factsOf())).toBe(rules.begin(factsOf()))
  expect(rules.hasResponsePhase).toBe(false)
})
