import { describe, expect, test } from 'vitest'
import { runPolicyTests } from '../../../src/cli/test/run-policy-tests.ts'
import type { TestResult } from '../../../src/cli/test/test-report.ts'
import { type Files, load } from '../explain/load.ts'

const NOW = Date.UTC(2026, 10, 22, 12)

async function run(...files: readonly Files[]): Promise<readonly TestResult[]> {
  return (await runPolicyTests(await load(...files), { now: NOW })).results
}

const custom = (rules: string): Files => ({ 'custom.yaml': `rules:\n${rules}` })
const tests = (lines: string): Files => ({ 'tests/a.yaml': `tests:\n${lines}` })

const verdicts = (results: readonly TestResult[]): readonly boolean[] => results.map(({ passed }) => passed)

describe('an example of a rule', () => {
  const secrets = (more: string): Files =>
    custom(`  - id: secrets
    description: d
    expression: http.request.uri.path contains "/."
    action: block
${more}    examples: { match: [/.env], no_match: [/] }
`)

  test.each(['', '    mode: off\n', '    mode: log\n', '    percentage: 0\n'])(
    'is about the filter alone, not about what %j makes of it',
    async (more) => {
      expect(verdicts(await run(secrets(more)))).toEqual([true, true])
    },
  )

  test('is about the filter also when the whole stage is off', async () => {
    const settings = { 'settings.yaml': 'stages: { rules: off }\n' }
    expect(verdicts(await run(secrets(''), settings))).toEqual([true, true])
  })

  test('that is not so tells what the expression gave, part by part', async () => {
    const wrong = custom(`  - id: both
    description: d
    expression: http.request.method eq "GET" and http.request.uri.path contains "/."
    action: block
    examples: { match: [/env], no_match: [/.env] }
`)
    const [first, second] = await run(wrong)
    expect(first).toMatchObject({
      passed: false,
      mismatches: [{ what: 'rules.both', expected: 'matches', got: 'does not match' }],
      request: 'GET https://www.example.com/env',
      file: 'custom.yaml',
      line: 6,
    })
    expect(first?.expression?.parts).toMatchObject({
      result: false,
      parts: [
        { text: 'http.request.method eq "GET"', result: true, value: '"GET"' },
        { text: 'http.request.uri.path contains "/."', result: false, value: '"/env"' },
      ],
    })
    expect(second?.mismatches).toEqual([{ what: 'rules.both', expected: 'does not match', got: 'matches' }])
  })

  test('notes what keeps such a request from the rule', async () => {
    const earlier =
      custom(`  - { id: first, description: d, expression: 'ip.src eq 192.0.2.1', action: block }
  - id: jump
    description: d
    expression: http.request.uri.path eq "/skip"
    action: skip
    skip: { rules: [later] }
  - id: later
    description: d
    expression: http.request.method eq "GET"
    action: block
    examples:
      match: [{ url: /a, ip: 192.0.2.1 }, /skip, /a, /%2e%2e/a]
`)
    const results = await run(earlier)
    expect(verdicts(results)).toEqual([true, true, true, true])
    expect(results.map(({ note }) => note)).toEqual([
      'the rule does not get to see it: block 403 by rules.first comes first',
      'an earlier rule skips this one for such a request',
      undefined,
      'the rule does not get to see it: block 400 by hygiene.dot-segment comes first',
    ])
  })

  test('of a rule of the response sees an answer of status 200 without fields', async () => {
    const transforms = {
      'transforms.yaml': `response_headers:
  - id: plain
    description: d
    expression: http.response.code eq 200 and not any(http.response.headers.names[*] eq "x")
    headers: { remove: [server] }
    examples: { match: [/, 'DELETE /.git', /old] }
  - id: broken
    description: d
    expression: http.response.code ge 500
    headers: { remove: [server] }
    examples: { no_match: [/] }
`,
    }
    const results = await run(transforms)
    expect(verdicts(results)).toEqual([true, true, true, true])
    expect(results.map(({ note }) => note)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('is told apart from others of its URL by what is known of the client', async () => {
    const [first] = await run(
      custom(`  - id: tor
    description: d
    expression: ip.src.country eq "T1"
    action: block
    examples: { match: [{ url: /, country: T1, headers: { X-A: b } }] }
`),
    )
    expect(first?.name).toBe('rules.tor matches GET / (country T1, headers x-a)')
  })
})

describe('a test of the whole policy', () => {
  const POLICY =
    custom(`  - { id: env, description: d, expression: 'http.request.uri.path eq "/.env"', action: block, status: 404 }
  - { id: seen, description: d, expression: 'http.request.uri.path eq "/seen"', action: log }
`)
  const TRANSFORMS = {
    'transforms.yaml': `request_headers:
  - id: country
    description: d
    expression: true
    headers: { set: { x-country: { expression: ip.src.country } }, remove: [x-debug] }
response_headers:
  - { id: response, description: d, mode: log, expression: true, headers: { remove: [server] } }
`,
  }

  test('passes when all that it names is so', async () => {
    const results = await run(
      POLICY,
      TRANSFORMS,
      tests(`  - { name: a, request: /, expect: pass }
  - { name: b, request: /.env, expect: { action: block, rule: rules.env, stage: rules, status: 404 } }
  - { name: c, request: /seen, expect: { action: pass, logged: [rules.seen, rules.response] } }
  - { name: d, request: '/old?a=1', expect: { action: redirect, rule: route.old, status: 308, location: '/new?a=1' } }
  - { name: e, request: https://other.example/, expect: { action: block, rule: route.unknown-host } }
  - name: f
    request: { url: /, country: DE, headers: { X-Country: ZZ, X-Debug: '1', X-Kept: a } }
    expect: { action: pass, request_headers: { X-Country: DE, x-debug: null, x-kept: a } }
  - { name: g, request: '*', expect: { action: block, stage: hygiene } }
`),
    )
    expect(results.filter(({ passed }) => !passed)).toEqual([])
    expect(results).toHaveLength(7)
  })

  test('names each thing that is not so, with what decided and why', async () => {
    const results = await run(
      POLICY,
      TRANSFORMS,
      tests(`  - { name: a, request: /.env, expect: pass }
  - { name: b, request: /, expect: { action: block, rule: rules.env, status: 404 } }
  - { name: c, request: /, expect: { action: pass, logged: [rules.seen] } }
  - { name: d, request: /old, expect: { action: redirect, location: /newer } }
  - { name: e, request: { url: /, country: DE }, expect: { action: pass, request_headers: { x-country: US, x-a: b } } }
`),
    )
    expect(verdicts(results)).toEqual([false, false, false, false, false])
    expect(results.map(({ mismatches }) => mismatches)).toEqual([
      [{ what: 'action', expected: 'pass', got: 'block' }],
      [
        { what: 'action', expected: 'block', got: 'pass' },
        { what: 'rule', expected: 'rules.env', got: '(none)' },
        { what: 'status', expected: '404', got: '(none)' },
      ],
      [{ what: 'logged', expected: 'rules.seen', got: 'rules.response' }],
      [{ what: 'location', expected: '/newer', got: '/new' }],
      [
        { what: 'request_headers.x-country', expected: '"US"', got: '"DE"' },
        { what: 'request_headers.x-a', expected: '"b"', got: '(not there)' },
      ],
    ])
    expect(results[0]).toMatchObject({
      got: 'block 404 by rules.env',
      reason: 'A rule of this site refuses the request.',
      expression: { rule: 'rules.env', parts: { result: true, value: '"/.env"' } },
    })
    // The rule that should have decided is explained too.
    expect(results[1]?.expression).toMatchObject({
      rule: 'rules.env',
      parts: { result: false, value: '"/"' },
    })
  })

  test('begins with counters of its own, so that others cannot use up a limit', async () => {
    const limits = {
      'limits.yaml': `limits:
  - { id: one, description: d, characteristics: [ip.src], period: 60s, requests_per_period: 1, mitigation_timeout: 60s }
`,
    }
    const line = '  - { name: a, request: { url: /, ip: 192.0.2.1 }, expect: pass }\n'
    expect(verdicts(await run(limits, tests(line.repeat(3))))).toEqual([true, true, true])
  })

  test('never shows a secret of its request', async () => {
    const secret = 's3cr3t-value'
    const results = await run(
      custom(`  - id: key
    description: d
    expression: lower(http.request.headers["authorization"][0]) contains "x" or http.cookie contains "y"
    action: block
    examples: { match: [{ url: /, headers: { Authorization: ${secret}, Cookie: a=${secret} } }] }
`),
      tests(`  - name: a
    request: { url: /, headers: { Authorization: ${secret} } }
    expect: { action: pass, request_headers: { authorization: other-${secret} } }
`),
    )
    expect(verdicts(results)).toEqual([false, false])
    expect(JSON.stringify(results)).not.toContain(secret)
  })

  test('that has the filter in its name, file or rule alone is run', async () => {
    const policy = await load(POLICY, tests('  - { name: Home, request: /, expect: pass }\n'))
    const report = (filter: string) => runPolicyTests(policy, { now: NOW, filter })
    expect(await report('hOME')).toMatchObject({ passed: 1, leftOut: 0 })
    expect(await report('a.yaml')).toMatchObject({ passed: 1, leftOut: 0 })
    expect(await report('nothing')).toMatchObject({ passed: 0, failed: 0, leftOut: 1 })
  })
})

describe('a request that is repeated', () => {
  const limit = (keys: string): Files => ({
    'limits.yaml': `limits:
  - { id: few, characteristics: [ip.src], period: 60s, ${keys} }
`,
  })
  const sends = (times: number, more: string, expected: string): string =>
    `  - { name: n, request: { url: /, ip: 192.0.2.1 }, repeat: ${times}, ${more} expect: ${expected} }\n`
  const REFUSED = '{ action: block, rule: limits.few }'

  test.each([
    ['counted', 'requests_per_period: 3', ''],
    ['counted closely or not', 'requests_per_period: 100, mode: relaxed', ''],
    [
      'counted by the answer',
      'requests_per_period: 3, counting_expression: http.response.code eq 401',
      'response: { status: 401 },',
    ],
    [
      'counted by a field of the answer',
      'requests_per_period: 3, counting_expression: "http.response.headers[\\"x-a\\"][0] eq \\"b\\""',
      'response: { headers: { X-A: b } },',
    ],
    ['counted at the origin', 'requests_per_period: 3, requests_to_origin: true', ''],
    [
      'counted in points',
      'score_per_period: 30, score_response_header_name: x-score',
      'response: { headers: { X-Score: "10" } },',
    ],
  ])('is refused once it is over the limit, %s', async (_, keys, more) => {
    const most = keys.includes('100') ? 100 : 3
    const lines = sends(most, more, 'pass') + sends(most + 1, more, REFUSED)
    expect(verdicts(await run(limit(keys), tests(lines)))).toEqual([true, true])
  })

  test('is not counted when the answer is another', async () => {
    const keys = 'requests_per_period: 3, counting_expression: http.response.code eq 401'
    expect(verdicts(await run(limit(keys), tests(sends(9, '', 'pass'))))).toEqual([true])
  })

  test('may have content, which limits count by', async () => {
    const limits = `limits:
  - { id: few, characteristics: ['http.request.body.form["user"]'], period: 60s, requests_per_period: 1 }
`
    const post = (body: string): string =>
      `{ method: POST, url: /, headers: { Content-Type: application/x-www-form-urlencoded }, body: ${body} }`
    const line = (body: string, repeat: number, expected: string): string =>
      `  - { name: n, request: ${post(body)}, repeat: ${repeat}, expect: ${expected} }\n`
    const lines = line('user=a', 1, 'pass') + line('user=a', 2, REFUSED) + line('x=1', 2, REFUSED)
    expect(verdicts(await run({ 'limits.yaml': limits }, tests(lines)))).toEqual([true, true, true])
  })

  test('meets rules of the response with what the origin answers', async () => {
    const transforms = {
      'transforms.yaml': `response_headers:
  - { id: fail, mode: log, expression: http.response.code ge 500, headers: { set: { X-A: b } } }
`,
    }
    const lines = sends(1, 'response: { status: 503 },', '{ action: pass, logged: [rules.fail] }')
    expect(verdicts(await run(transforms, tests(lines)))).toEqual([true])
  })
})

describe('login protection', () => {
  const login = (more = ''): Files => ({
    'limits.yaml': `login_protection:
  - { id: login, paths: [/login], ${more} }
`,
  })
  const attempts = (times: number, body: string, expected: string, status = 401): string =>
    `  - name: n
    request: { method: POST, url: /login, ip: 192.0.2.1, body: "${body}" }
    response: { status: ${status} }
    repeat: ${times}
    expect: ${expected}
`
  const refusedBy = (limit: string): string => `{ rule: limits.login-${limit}, action: block, status: 429 }`
  const CHALLENGED = '{ action: challenge, rule: limits.login-account }'

  test('refuses an address after five failures, whatever it sends', async () => {
    const lines =
      attempts(5, 'username=a', 'pass') +
      attempts(6, 'username=a', refusedBy('address')) +
      attempts(6, '', refusedBy('address'))
    expect(verdicts(await run(login(), tests(lines)))).toEqual([true, true, true])
  })

  test('counts failures only', async () => {
    expect(verdicts(await run(login(), tests(attempts(60, 'username=a', 'pass', 303))))).toEqual([true])
  })

  test('challenges at an account that fails too often', async () => {
    const lines = attempts(10, 'username=Ada', 'pass') + attempts(11, 'username=Ada', CHALLENGED)
    expect(verdicts(await run(login('per_address: { failures: 1000 }'), tests(lines)))).toEqual([true, true])
  })

  test('refuses an address at one account for a day', async () => {
    const keys = 'per_address: { failures: 1000 }, per_account: { failures: 1000 }'
    const lines = attempts(20, 'username=a', 'pass') + attempts(21, 'username=a', refusedBy('pair'))
    expect(verdicts(await run(login(keys), tests(lines)))).toEqual([true, true])
  })

  test('does not count attempts without an account together', async () => {
    const keys = 'per_address: { failures: 1000 }, per_account: { failures: 2 }, per_pair: { failures: 2 }'
    const lines = attempts(50, 'user=a', 'pass') + attempts(50, 'username=', 'pass')
    expect(verdicts(await run(login(keys), tests(lines)))).toEqual([true, true])
  })

  test('is not got around by content that hides the account behind a lot of other', async () => {
    const keys = 'per_address: { failures: 1000 }, per_account: { failures: 2 }, per_pair: { failures: 1000 }'
    const lines = attempts(3, `${'ä'.repeat(40_000)}&username=a`, CHALLENGED)
    expect(verdicts(await run(login(keys), tests(lines)))).toEqual([true])
  })

  test('finds the account where it is told to', async () => {
    const keys = `account: 'lookup_json_integer(http.request.body.raw, "id")', per_account: { failures: 2 }`
    const lines = attempts(3, '{\\"id\\": 7}', CHALLENGED)
    expect(verdicts(await run(login(keys), tests(lines)))).toEqual([true])
  })
})
