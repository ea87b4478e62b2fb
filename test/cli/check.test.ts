import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { executeCheck, type RawCheckFlags } from '../../src/cli/check/execute-check.ts'
import { createPolicyFolder } from './replay/policy-fixture.ts'

let folder = ''
let rules = ''
let printed = ''
let errors = ''

beforeEach(async () => {
  ;({ folder, rules } = await createPolicyFolder())
  printed = ''
  errors = ''
})
afterEach(() => rm(folder, { recursive: true }))

const check = (flags: Partial<RawCheckFlags> = {}): Promise<number> =>
  executeCheck(
    { policy: rules, ruleBudget: '500', policyBudget: '10000', ...flags },
    {
      out: (text) => {
        printed += `${text}\n`
      },
      err: (text) => {
        errors += `${text}\n`
      },
    },
  )

const custom = (...lines: readonly string[]): Promise<void> =>
  writeFile(join(rules, 'custom.yaml'), `rules:\n${lines.map((line) => `  ${line}\n`).join('')}`)

describe('sallyport check', () => {
  test('of a good policy says so in a line', async () => {
    await custom('- { id: a, expression: ssl, action: log }')
    expect(await check({ strict: true })).toBe(0)
    expect(printed).toMatch(
      /rules\/ 1 rule, \d+ limits?, cost \d+ of 10000; 0 errors, 0 warnings, 0 notes\n$/,
    )
  })

  test('shows a warning at its place, which fails only when it is asked to', async () => {
    await custom('- id: a', '  expression: ssl and http.request.method eq "get"', '  action: block')
    expect(await check()).toBe(0)
    expect(printed).toContain(
      [
        `${rules}/custom.yaml:3:25: warning: Rule a can never match: http.request.method is case-sensitive and never "get" (rules[0].expression)`,
        '  3 |     expression: ssl and http.request.method eq "get"',
        `    |                         ${'^'.repeat(28)}`,
        '  fix: Write "GET".',
      ].join('\n'),
    )
    expect(await check({ strict: true })).toBe(1)
  })

  test('shows what the compiler refuses', async () => {
    await custom('- { id: a, expression: http.hots eq "x", action: block }')
    expect(await check()).toBe(1)
    expect(printed).toMatch(
      /custom\.yaml:2:\d+: error: .*\n[\s\S]*Did you mean http\.host\?[\s\S]*1 error, 0 warnings/,
    )
  })

  test('shows what rules cost, most expensive first', async () => {
    await custom(
      '- { id: cheap, expression: ssl, action: log }',
      `- { id: dear, expression: 'any(http.request.headers.values[*] contains "x")', action: log }`,
    )
    expect(await check({ cost: true })).toBe(0)
    expect(printed).toMatch(/rules\.dear +\d+ +\d+\n[\s\S]*rules\.cheap +\d+ +\d+\n/)
    expect(await check({ ruleBudget: '10' })).toBe(1)
    expect(printed).toContain('error: Rule dear costs')
  })

  test('prints one JSON object', async () => {
    await custom('- { id: a, expression: ssl and not ssl, action: block }')
    expect(await check({ json: true })).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      ok: true,
      rules: 1,
      problems: [{ severity: 'warning', code: 'dead-rule', rule: 'rules.a', file: 'custom.yaml', line: 2 }],
      cost: { budget: { rule: 500, policy: 10_000 } },
    })
  })

  test('tells wrong usage and a missing folder apart', async () => {
    expect(await check({ ruleBudget: 'much' })).toBe(2)
    expect(errors).toContain('--rule-budget must be a whole number')
    const empty = await mkdtemp(join(tmpdir(), 'sallyport-check-'))
    expect(await check({ policy: join(empty, 'nowhere') })).toBe(1)
    expect(errors).toContain('There is no policy folder')
    await rm(empty, { recursive: true })
  })
})
