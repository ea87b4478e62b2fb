import { describe, expect, it } from 'vitest'
import type { PolicyModel, RuleModel } from '../../../src/bundle/model.ts'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import { createRuleGaps } from '../../../src/cli/replay/rule-gaps.ts'
import { toFacts } from '../../../src/cli/replay/to-facts.ts'
import type { Stage } from '../../../src/http/decision.ts'
import { createLimit } from '../../ingress/limits/request.ts'
import {
  BLOCK,
  createRule,
  LATE,
  parseTest,
  parseText,
  REDIRECT,
  redirectTo,
  rewrite,
} from '../../ingress/rules/rule-models.ts'

const MISSING = { host: 'www.example.com', scheme: 'https' } as const
const REQUEST: LogRequest = {
  time: 0,
  client: '203.0.113.7',
  method: 'GET',
  target: '/a',
  protocol: 'HTTP/1.1',
  headers: [],
}

function warn(
  rules: readonly RuleModel[],
  requests: readonly Partial<LogRequest>[] = [{}],
  change: { stage?: Stage; off?: boolean; filter?: string } = {},
): string[] {
  const stages = {
    hygiene: 'enforce',
    access: 'enforce',
    rules: change.off ? 'off' : 'enforce',
    limits: 'enforce',
  }
  const limits = change.filter ? [createLimit({ id: 'some', filter: parseTest(change.filter) })] : []
  const gaps = createRuleGaps({ rules, limits, settings: { stages } } as unknown as PolicyModel)
  for (const request of requests) {
    const terminal = change.stage && { terminal: { ...DECISION, stage: change.stage } }
    gaps.note(toFacts({ ...REQUEST, ...request }, MISSING), { logged: [], ...terminal })
  }
  return gaps.warnings()
}

const DECISION = {
  action: 'block',
  stage: 'access',
  rule: 'x',
  reason: '',
  mode: 'enforce',
  status: 403,
} as const

const rule = (expression: string) => createRule(expression, BLOCK, { id: 'mine' })

describe('rules that look at', () => {
  it.each([
    'http.request.uri.path eq "/a"',
    'http.request.method eq "GET" and not ssl',
    'len(http.request.uri.args["a"]) eq 0',
    'ip.src in {203.0.113.0/24}',
  ])('what every log has need nothing: %s', (expression) => expect(warn([rule(expression)])).toEqual([]))

  it.each([
    ['ip.src.country eq "DE"', { country: 'DE' }],
    ['ip.src.is_in_european_union', { country: 'FR' }],
    ['ip.src.asnum eq 64500', { asn: 64500 }],
    ['cf.tls_version eq "TLSv1.2"', { tls: 'TLSv1.3' }],
  ])('%s are told of when the log does not have it', (expression, known) => {
    expect(warn([rule(expression)], [{}, known, {}])).toEqual([
      'rules that look at what the log does not have (2×): rules.mine; the edge may decide otherwise',
    ])
    expect(warn([rule(expression)], [known])).toEqual([])
  })

  it.each([
    'cf.bot_management.score lt 30',
    'ip.src.city eq "Berlin"',
    'any(http.request.headers.names[*] eq "x")',
    'any(http.request.headers["x"][*] eq "y") and len(http.request.headers) gt 3',
    'cf.tls_client_auth.cert_verified',
  ])('%s are told of always', (expression) =>
    expect(warn([rule(expression)]).join()).toContain('does not have (1×): rules.mine'),
  )

  it.each([
    ['http.user_agent contains "bot"', 'user-agent'],
    ['any(http.request.headers["x-key"][*] eq "1")', 'x-key'],
    ['any(http.request.cookies["a"][*] eq "1")', 'cookie'],
    ['http.referer eq ""', 'referer'],
  ])('%s are told of when no request of the log has the field', (expression, name) => {
    expect(warn([rule(expression)], [{}, {}])).toEqual([
      `rules that look at the field ${name}, which the log never has (2×): rules.mine; the edge may decide otherwise`,
    ])
    expect(warn([rule(expression)], [{}, { headers: [[name, 'x']] }])).toEqual([])
  })

  it('something in the target of a redirect count too', () => {
    const target = parseText('concat("/", ip.src.country)', REDIRECT)
    expect(warn([createRule('http.request.uri.path eq "/x"', redirectTo(target))])).toHaveLength(1)
  })
})

it('what limits count, and count by, is looked at in their scope only', () => {
  const limit = createLimit({
    id: 'login',
    scope: { hosts: [], paths: [{ kind: 'exact', value: '/login' }], methods: [] },
    counting: {
      filter: parseTest('http.response.code eq 401', 'http_ratelimit.counting'),
      readsResponse: true,
    },
    characteristics: [
      { kind: 'expression', node: parseText('http.request.body.raw', 'http_ratelimit'), source: 'x' },
    ],
  })
  const stages = { rules: 'enforce', limits: 'enforce' }
  const warnings = (target: string): readonly string[] => {
    const gaps = createRuleGaps({
      rules: [],
      limits: [limit],
      settings: { stages },
    } as unknown as PolicyModel)
    gaps.note(toFacts({ ...REQUEST, target }, MISSING), { logged: [] })
    return gaps.warnings()
  }
  expect(warnings('/')).toEqual([])
  expect(warnings('/login')).toEqual([expect.stringContaining('limits.login')])
})

it('filters of limits count too', () => {
  expect(warn([], [{}], { filter: 'ip.src.country eq "DE"' }).join()).toContain('limits.some')
})

it('what does not decide or is not reached is not told of', () => {
  const needy = rule('ip.src.country eq "DE"')
  expect(warn([needy], [{}], { stage: 'access' })).toEqual([])
  expect(warn([needy], [{}], { stage: 'hygiene' })).toEqual([])
  expect(warn([needy], [{}], { stage: 'rules' })).toHaveLength(1)
  expect(warn([needy], [{}], { off: true })).toEqual([])
  expect(warn([{ ...needy, mode: 'off' }])).toEqual([])
  const edit = rewrite({ operation: 'set', name: 'x-a', value: '1' })
  expect(warn([createRule('ip.src.city eq "x"', edit, { phase: LATE })])).toEqual([])
})

it('challenged clients are told of, as they may solve the challenge', () => {
  const gaps = createRuleGaps({
    rules: [],
    limits: [],
    settings: { stages: { rules: 'enforce', limits: 'enforce' } },
  } as unknown as PolicyModel)
  gaps.note(toFacts(REQUEST, MISSING), {
    logged: [],
    terminal: { ...DECISION, action: 'challenge', stage: 'rules' },
  })
  expect(gaps.warnings()).toEqual([
    'challenged clients (1×) are counted as answered: who solves a challenge goes on',
  ])
})
