import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { openBundle } from '../../../src/bundle/bundle.ts'
import { openLists } from '../../../src/ingress/rules/rule-lists.ts'
import { createRules } from '../../../src/ingress/rules/rules.ts'
import { analyzePolicy, type PolicyAnalysis } from '../../../src/policy/analysis/analyze-policy.ts'
import type { CostBudget } from '../../../src/policy/analysis/policy-cost.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'
import { expression, requests } from './random-rules.ts'

const ROUTE =
  'routes: [{ id: a, hosts: [app.example], path: /, forward: { origin: "https://origin.example" } }]'

async function load(files: Readonly<Record<string, string>>) {
  const all = new Map(Object.entries({ 'routes/site.yaml': ROUTE, ...files }))
  const loaded = await loadPolicy(all)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1))
  return { all, loaded }
}

async function analyze(
  files: Readonly<Record<string, string>>,
  budget?: CostBudget,
): Promise<PolicyAnalysis> {
  const { all, loaded } = await load(files)
  return analyzePolicy(all, loaded, budget)
}

interface Rule {
  readonly [key: string]: unknown
}

/** `code rule` of all findings about custom rules called a, b, c … */
async function find(...rules: readonly Rule[]): Promise<readonly string[]> {
  const named = rules.map((rule, i) => ({ id: String.fromCharCode(97 + i), action: 'block', ...rule }))
  const { findings } = await analyze({ 'custom.yaml': stringify({ rules: named }) })
  return findings.map(({ code, rule }) => `${code} ${rule.replace('rules.', '')}`)
}

const ADMIN = { expression: 'starts_with(http.request.uri.path, "/admin")' }
const USERS = { expression: 'http.request.uri.path eq "/admin/users"' }

describe('what limits count', () => {
  const limit = (keys: string) => ({
    'limits.yaml': `limits:\n  - id: a\n    characteristics: [ip.src]\n    period: 10s\n    requests_per_period: 9\n${keys}`,
  })

  test('is told when it is nothing', async () => {
    const { findings } = await analyze(limit('    counting_expression: http.response.code eq 20\n'))
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        code: 'dead-rule',
        rule: 'limits.a',
        problem: { file: 'limits.yaml', line: 6, path: 'limits[0].counting_expression' },
      },
    ])
  })

  test('is not confused with what they are about', async () => {
    const { findings } = await analyze(
      limit('    expression: http.host eq "A.example"\n    counting_expression: http.host eq "a.example"\n'),
    )
    expect(findings).toMatchObject([{ code: 'dead-rule', problem: { path: 'limits[0].expression' } }])
  })

  test('is searched for regular expressions that mean too much', async () => {
    const { findings } = await analyze(limit('    counting_expression: http.host matches "^a.example$"\n'))
    expect(findings.map(({ code }) => code)).toEqual(['regex-dot'])
  })

  test('costs what it takes to tell, and what they count by', async () => {
    const costOf = async (keys: string) => (await analyze(limit(keys))).cost.total
    const none = await costOf('')
    const counting = await costOf('    counting_expression: http.response.code eq 404\n')
    expect(counting).toBeGreaterThan(none)
    const login = 'login_protection:\n  - { id: login, paths: [/login] }\n'
    const { cost, findings } = await analyze({ 'limits.yaml': login })
    const [address, account, pair] = cost.rules
    expect(cost.rules.map(({ rule }) => rule)).toEqual([
      'limits.login-address',
      'limits.login-account',
      'limits.login-pair',
    ])
    // The form is read for the second of them, and shared by the third.
    expect(account?.added).toBeGreaterThan(60 + (address?.added ?? 0))
    expect(pair?.added).toBeLessThan(20)
    expect(findings).toEqual([])
  })

  test('of logins is told at the entry that protects them', async () => {
    const login = 'login_protection:\n  - id: login\n    paths: [/login]\n    mode: off\n'
    const { findings } = await analyze({ 'limits.yaml': login })
    expect(findings).toHaveLength(3)
    for (const { problem } of findings)
      expect(problem).toMatchObject({ file: 'limits.yaml', line: 4, path: 'login_protection[0].mode' })
  })
})

describe('a rule that never acts is named', () => {
  test('because it matches nothing, with the comparison that is at fault', async () => {
    const { findings } = await analyze({
      'custom.yaml':
        'rules:\n  - id: a\n    expression: ssl and http.request.method eq "get"\n    action: block\n',
    })
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        code: 'dead-rule',
        rule: 'rules.a',
        problem: { file: 'custom.yaml', line: 3, column: 25 },
      },
    ])
    expect(findings[0]?.problem.message).toContain('never "get"')
    expect(findings[0]?.problem.fix).toBe('Write "GET".')
  })

  test('because a part of it matches nothing', async () => {
    expect(await find({ expression: 'http.host eq "A.example" or ssl' })).toEqual(['dead-comparison a'])
  })

  test('because an earlier rule answers all it matches', async () => {
    expect(await find(ADMIN, USERS)).toEqual(['shadowed-rule b'])
    expect(await find(ADMIN, { ...USERS, action: 'managed_challenge' })).toEqual(['shadowed-rule b'])
    expect(await find(ADMIN, ADMIN)).toEqual(['shadowed-rule b'])
  })

  test('because an earlier rule skips it', async () => {
    const skip = { ...ADMIN, action: 'skip' }
    expect(await find({ ...skip, skip: { current: true } }, USERS)).toEqual(['shadowed-rule b'])
    expect(await find({ ...skip, skip: { rules: ['b'] } }, USERS)).toEqual(['shadowed-rule b'])
    expect(await find({ ...skip, skip: { rules: ['c'] } }, USERS, { expression: 'ssl' })).toEqual([])
  })

  test('because a list of the earlier rule holds what it is about', async () => {
    const rules = (first: string, second: string): string =>
      stringify({
        rules: [first, second].map((text, i) => ({ id: `r${i}`, expression: text, action: 'block' })),
      })
    const codes = async (first: string, second: string): Promise<readonly string[]> => {
      const files = { 'custom.yaml': rules(first, second), 'lists/bad.txt': '192.0.2.0/24\n2001:db8::/32\n' }
      return (await analyze(files)).findings.map(({ code, rule }) => `${code} ${rule}`)
    }
    expect(await codes('ip.src in $bad', 'ip.src in {192.0.2.128/25 2001:db8:1::/48}')).toEqual([
      'shadowed-rule rules.r1',
    ])
    expect(await codes('ip.src in {192.0.0.0/16 2001:d00::/24}', 'ip.src in $bad')).toEqual([
      'shadowed-rule rules.r1',
    ])
    expect(await codes('ip.src in $bad', 'ip.src in {192.0.2.0/23}')).toEqual([])
    expect(await codes('ip.src in $bad', 'ip.src eq 192.0.2.7 and not ip.src in $bad')).toEqual([
      'dead-rule rules.r1',
    ])
  })

  test.each([
    ['ip.src in $mine', '# kind: ip\n'],
    ['ip.src.asnum in $mine', '# kind: asn\n'],
    ['ip.src.country in $mine', '# kind: country\n'],
  ])('because its list is empty: %s', async (text, list) => {
    const { findings } = await analyze({
      'custom.yaml': stringify({ rules: [{ id: 'a', expression: text, action: 'block' }] }),
      'lists/mine.txt': list,
    })
    expect(findings).toMatchObject([{ code: 'dead-rule' }])
    expect(findings[0]?.problem.message).toBe('Rule a can never match: the list $mine is empty')
    expect(findings[0]?.problem.fix).toContain('lists/')
  })

  test('because it is there twice', async () => {
    expect(await find({ ...ADMIN, action: 'log' }, { ...ADMIN, action: 'log' })).toEqual(['duplicate-rule b'])
  })

  test('because nobody is in its share, or it is off', async () => {
    expect(await find({ ...ADMIN, percentage: 0 }, { ...USERS, mode: 'off' })).toEqual([
      'never-acts a',
      'never-acts b',
    ])
  })

  test('and a limit that is skipped or never reached', async () => {
    const limit = (text: string): string =>
      `limits: [{id: l, expression: '${text}', characteristics: [ip.src], period: 10s, requests_per_period: 5}]`
    const { findings } = await analyze({
      'custom.yaml': stringify({ rules: [{ id: 'a', ...ADMIN, action: 'block' }] }),
      'limits.yaml': limit(USERS.expression),
    })
    expect(findings).toMatchObject([
      { code: 'shadowed-rule', rule: 'limits.l', problem: { file: 'limits.yaml' } },
    ])
  })
})

describe('a rule that may act is not called shadowed', () => {
  test.each<[string, ...Rule[]]>([
    ['the earlier one is narrower', USERS, ADMIN],
    ['the earlier one only logs', { ...ADMIN, mode: 'log' }, USERS],
    ['the earlier one does not end the request', { ...ADMIN, action: 'log' }, USERS],
    ['the earlier one acts on some clients', { ...ADMIN, percentage: 99 }, USERS],
    ['the earlier one can be passed with a clearance', { ...ADMIN, action: 'managed_challenge' }, USERS],
    [
      'the earlier one may be skipped itself',
      { expression: 'ssl', action: 'skip', skip: { rules: ['b'] } },
      ADMIN,
      USERS,
    ],
  ])('%s', async (_, ...rules) => {
    expect(await find(...rules)).toEqual([])
  })

  test('one is not a copy of another whose share is drawn apart, or that may be skipped alone', async () => {
    const half = { ...ADMIN, action: 'log', percentage: 50 }
    expect(await find(half, half)).toEqual([])
    const log = { ...ADMIN, action: 'log' }
    expect(await find({ expression: 'ssl', action: 'skip', skip: { rules: ['b'] } }, log, log)).toEqual([])
  })

  test('a redirect may lead to where the request is', async () => {
    const redirect = (id: string, rule: Rule, target: string): Rule => ({ id, ...rule, redirect: { target } })
    const codes = async (target: string, first: Rule = ADMIN): Promise<readonly string[]> => {
      const redirects = [redirect('a', first, target), redirect('b', USERS, '/elsewhere')]
      return (await analyze({ 'redirects.yaml': stringify({ redirects }) })).findings.map(({ code }) => code)
    }
    expect(await codes('/admin/users')).toEqual([])
    expect(await codes('/new')).toEqual(['shadowed-rule'])
    expect(await codes('https://app.example/new')).toEqual([])
  })
})

describe('a rule that means something else than it seems to is named', () => {
  test.each<[string, string, string?]>([
    ['all(http.request.headers["x-a"][*] eq "b")', 'unguarded-all'],
    ['ssl and all(lower(http.request.headers["x-a"][*])[*] eq "b")', 'unguarded-all'],
    ['len(http.request.headers["x-b"]) gt 0 and all(http.request.headers["x-a"][*] eq "b")', 'unguarded-all'],
    ['http.request.headers["x-key"][0] ne "secret"', 'missing-value'],
    ['http.host matches "^app.example$"', 'regex-dot'],
    ['http.host matches "example\\.com$"', 'regex-unanchored'],
    ['http.request.uri.path matches "^/login"', 'regex-plain'],
    ['http.user_agent matches "(a|aa)+(b|bb)+c$"', 'regex-linear'],
    ['http.user_agent matches "(?:a|b)*[ac]{300}x"', 'regex-steps'],
    ['http.user_agent matches "(?:a|b)*[ac]{1100}x"', 'regex-steps'],
    ['true', 'matches-everything'],
    ['http.request.uri.path contains "/"', 'matches-everything'],
  ])('%s', async (text, code) => {
    expect(await find({ expression: text })).toEqual([`${code} a`])
  })

  test.each([
    ['len(http.request.headers["x-a"]) gt 0 and all(http.request.headers["x-a"][*] eq "b")'],
    ['any(http.request.headers["x-a"][*] eq "b") and all(http.request.headers["x-a"][*] eq "b")'],
    ['http.request.headers["x-a"][0] eq "b" and all(http.request.headers["x-a"][*] eq "b")'],
    ['not all(http.request.headers["x-a"][*] eq "b")'],
    ['not http.request.headers["x-key"][0] eq "secret"'],
    ['not (http.request.headers["x-key"][0] ne "secret")'],
    ['len(http.request.headers["x-key"]) gt 0 and http.request.headers["x-key"][0] ne "secret"'],
    ['http.host ne "app.example"'],
    ['http.host matches "^(?:[a-z]+\\.)?example\\.com$"'],
    ['http.host matches "(^|\\.)example\\.com$"'],
    ['http.request.uri.path matches "^/[a-z]+$"'],
  ])('and this is not: %s', async (text) => {
    expect(await find({ expression: text })).toEqual([])
  })
})

test('a rule that refuses all is meant to, where others are skipped past it', async () => {
  const all = { expression: 'true' }
  const friends = { expression: 'ip.src in {192.0.2.0/24}', action: 'skip', skip: { current: true } }
  expect(await find(friends, all)).toEqual([])
  expect(await find({ ...friends, mode: 'log' }, all)).toEqual(['matches-everything b'])
  expect(await find({ ...friends, skip: { phases: ['http_ratelimit'] } }, all)).toEqual([
    'matches-everything b',
  ])
})

test('a value that is never there is named where it is used', async () => {
  const headers = { set: { 'x-a': { expression: 'http.request.headers["X-Key"][0]' } } }
  const { findings } = await analyze({
    'transforms.yaml': stringify({ request_headers: [{ id: 'a', expression: 'ssl', headers }] }),
  })
  expect(findings).toMatchObject([
    { code: 'missing-value', rule: 'rules.a', problem: { file: 'transforms.yaml' } },
  ])
  expect(findings[0]?.problem.fix).toBe('Write http.request.headers["x-key"].')
})

describe('the cost of a policy', () => {
  const cheap = 'http.host eq "a.example"'
  const dear = 'any(lower(http.request.headers.names[*])[*] contains "x-evil")'
  const custom = (...texts: readonly string[]): Readonly<Record<string, string>> => ({
    'custom.yaml': stringify({
      rules: texts.map((text, i) => ({ id: `r${i}`, expression: text, action: 'log' })),
    }),
  })

  test('counts what rules share once', async () => {
    const { cost } = await analyze(custom(dear, `${dear} and ${cheap}`))
    const [first, second] = cost.rules
    expect(second?.alone).toBeGreaterThan(first?.alone ?? 0)
    expect(second?.added).toBeLessThan((first?.alone ?? 0) / 10)
    expect(cost.total).toBe((first?.added ?? 0) + (second?.added ?? 0))
  })

  test('leaves room for two tokens in one rule, as when their key is changed', async () => {
    const token = (key: string): string =>
      `is_timed_hmac_valid_v0("${key}", http.request.uri, 3600, http.request.timestamp.sec, 8)`
    const { findings } = await analyze(custom(`not (${token('new')} or ${token('old')})`))
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('is an error above a budget, and a warning near it', async () => {
    const { cost } = await analyze(custom(dear))
    const alone = cost.rules[0]?.alone ?? 0
    const codes = async (budget: CostBudget): Promise<readonly string[]> =>
      (await analyze(custom(dear), budget)).findings.map(
        ({ severity, code, rule }) => `${severity} ${code} ${rule}`,
      )
    expect(await codes({ rule: alone * 2, policy: 9999 })).toEqual([])
    expect(await codes({ rule: alone, policy: 9999 })).toEqual(['warning cost rules.r0'])
    expect(await codes({ rule: alone - 1, policy: 9999 })).toEqual(['error cost rules.r0'])
    expect(await codes({ rule: 9999, policy: alone - 1 })).toEqual(['error cost '])
  })
})

test('an intricate policy takes bounded time, and says that not all was compared', async () => {
  const or = (field: string, of: string): string =>
    `(${Array.from({ length: 10 }, (_, i) => `${field} contains "${of}-${i}"`).join(' or ')})`
  const rules = Array.from({ length: 400 }, (_, i) => ({
    id: `r${i}`,
    expression: ['http.request.uri.path', 'http.user_agent', 'http.referer']
      .map((each) => or(each, `${i}`))
      .join(' and '),
    action: 'block',
  }))
  const many = await analyze({ 'custom.yaml': stringify({ rules }) })
  const few = await analyze({ 'custom.yaml': stringify({ rules: rules.slice(0, 2) }) })
  expect([many.complete, few.complete]).toEqual([false, true])
}, 60_000)

test('the shipped rules have nothing to mend', async () => {
  const folder = join(import.meta.dirname, '../../../rules')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(yaml|txt)$/.test(name),
  )
  const files = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  const loaded = await loadPolicy(files)
  if (!loaded.ok) throw new Error('The shipped rules have problems.')
  const { findings } = analyzePolicy(files, loaded)
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
})

const random = fc.record({
  expression: expression.map((text) =>
    text
      .replaceAll('$places', '{"DE" "FR"}')
      .replaceAll('$hosts', '{"a.example"}')
      .replaceAll('ip.src eq 192.0.2.1', 'ip.src in $bad'),
  ),
  action: fc.constantFrom('block', 'block', 'skip', 'log', 'managed_challenge'),
  mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'log', 'off'),
  percentage: fc.constantFrom(100, 100, 100, 50),
  later: fc.nat(5),
})

test('what is called dead or shadowed never acts, whatever is asked of it', async () => {
  let shadowed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(random, { minLength: 2, maxLength: 6 }),
      fc.array(requests, { minLength: 6, maxLength: 12 }),
      async (written, all) => {
        const rules = written.map(({ later, ...rule }, i) => {
          const target = i + 1 + later
          const skip = target < written.length ? { rules: [`r${target}`] } : { current: true }
          return { id: `r${i}`, ...rule, ...(rule.action === 'skip' ? { skip } : {}) }
        })
        const { all: files, loaded } = await load({
          'custom.yaml': stringify({ rules }),
          'lists/bad.txt': '192.0.2.0/25\n2001:db8::/32\n',
        })
        const { findings } = analyzePolicy(files, loaded)
        const idle = new Set(
          findings.flatMap(({ code, rule }) =>
            /^(?:dead|shadowed)-rule$/.test(code) ? [rule.slice(6)] : [],
          ),
        )
        shadowed += findings.filter(({ code }) => code === 'shadowed-rule').length
        const { model } = loaded
        for (const cleared of [false, true]) {
          const run = createRules({
            rules: model.rules,
            limits: [],
            lists: openLists(model.lists, (part) => openBundle(loaded.bundle.buffer).prefixSet(part)),
            mode: 'enforce',
            isCleared: () => cleared,
          })
          for (const facts of all) {
            const acted = new Set<string>()
            run
              .begin(facts, ({ rule, result }) => {
                if (result === 'match') acted.add(rule)
              })
              .check('http_request_firewall_custom')
            expect([rules, [...acted].filter((id) => idle.has(id))]).toEqual([rules, []])
          }
        }
      },
    ),
    { numRuns: 1500 },
  )
  expect(shadowed).toBeGreaterThan(50)
}, 120_000)
