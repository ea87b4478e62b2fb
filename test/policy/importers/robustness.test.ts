import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importCloudflare } from '../../../src/policy/importers/import-cloudflare.ts'
import { importList } from '../../../src/policy/importers/import-list.ts'
import type { ImportResult } from '../../../src/policy/importers/import-report.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

const ROUTE =
  'routes: [{ id: a, hosts: [app.example], path: /, forward: { origin: "https://origin.example" } }]'
const ODD = [
  '',
  ' ',
  '# no comment',
  '- item',
  'a: b',
  '"',
  "'",
  'é…',
  '\u0000\n\u007f',
  '%',
  '{}',
  'x'.repeat(600),
]
const odd = fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 20 }))
const text = fc.oneof(fc.record({ value: odd }), fc.record({ expression: expressionOf() }))

function expressionOf(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'ssl',
    'true',
    'http.host eq "a"',
    'ip.src in $office',
    'http.host',
    'cf.waf.score lt 1',
    'ssl\nor not ssl',
  )
}

const rule = fc.record(
  {
    id: fc.constantFrom('1', '2', '3'),
    description: odd,
    expression: expressionOf(),
    action: fc.constantFrom('block', 'skip', 'log', 'redirect', 'rewrite', 'managed_challenge', 'execute'),
    enabled: fc.boolean(),
    action_parameters: fc.record(
      {
        ruleset: fc.constantFrom('current', 'other'),
        phases: fc.array(fc.constantFrom('http_ratelimit', 'http_request_sbfm')),
        rules: fc.dictionary(odd, fc.array(fc.constantFrom('1', '2', '3', '4'))),
        response: fc.record({ status_code: fc.constantFrom(200, 403, 429), content: odd }),
        from_value: fc.record({
          target_url: text,
          status_code: fc.constantFrom(200, 301),
          preserve_query_string: fc.boolean(),
        }),
        headers: fc.dictionary(
          odd,
          fc.record(
            { operation: fc.constantFrom('set', 'add', 'remove', 'x'), value: odd },
            { requiredKeys: ['operation'] },
          ),
        ),
      },
      { requiredKeys: [] },
    ),
    ratelimit: fc.record(
      {
        characteristics: fc.array(fc.constantFrom('ip.src', 'cf.colo.id', 'http.request.headers["x"]', 'x')),
        period: fc.constantFrom(0, 10, 60, 9999),
        requests_per_period: fc.constantFrom(0, 1, 100),
        mitigation_timeout: fc.constantFrom(0, 60, 100_000),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['expression', 'action'] },
)

const ruleset = fc.record({
  phase: fc.constantFrom(
    'http_request_firewall_custom',
    'http_ratelimit',
    'http_request_dynamic_redirect',
    'http_request_late_transform',
    'http_response_headers_transform',
    'http_request_transform',
  ),
  rules: fc.array(rule, { maxLength: 6 }),
})

const never = (result: ImportResult): void => {
  if (!result.ok) expect(result.message.length).toBeGreaterThan(0)
}

describe('an import', () => {
  test('of any rulesets compiles, with each rule carried over or named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ruleset, { minLength: 1, maxLength: 4 }), async (rulesets) => {
        const result = importCloudflare(JSON.stringify(rulesets))
        if (!result.ok) throw new Error(result.message)
        const { files, count, leftOut } = result.imported
        const rules = rulesets.reduce((sum, each) => sum + each.rules.length, 0)
        expect(count + leftOut.filter(({ what }) => what === 'rule').length).toBe(rules)
        const loaded = await loadPolicy(new Map([...files, ['routes/site.yaml', ROUTE]]))
        expect(loaded.ok ? [] : loaded.problems).toEqual([])
        if (loaded.ok) expect(loaded.model.rules.length + loaded.model.limits.length).toBe(count)
      }),
      { numRuns: 400 },
    )
  }, 60_000)

  test('of anything else is refused in words', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => never(importCloudflare(JSON.stringify(value)))))
    fc.assert(fc.property(fc.string(), (value) => never(importCloudflare(value))))
  })

  test('of any list compiles', async () => {
    const line = fc.oneof(
      odd,
      fc.constantFrom('192.0.2.1,a', '2001:db8::1/64', '::/64', '1:2:3:4:5:6:7:8/64', 'AS5'),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.constantFrom('ip', 'asn', 'hostname', 'country'),
        async (lines, kind) => {
          const result = importList(lines.join('\n'), { name: 'mine', kind: kind as 'ip' })
          if (!result.ok) return
          const rule = {
            ip: 'ip.src',
            asn: 'ip.src.asnum',
            hostname: 'http.host',
            country: 'ip.src.country',
          }[kind]
          const custom = `rules: [{ id: a, expression: "${rule} in $mine", action: log }]`
          const files = [
            ...result.imported.files,
            ['routes/site.yaml', ROUTE],
            ['custom.yaml', custom],
          ] as const
          const loaded = await loadPolicy(new Map(files))
          expect(loaded.ok ? [] : loaded.problems).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  }, 60_000)
})
