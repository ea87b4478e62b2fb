import { describe, expect, test } from 'vitest'
import type { LimitModel } from '../../src/bundle/model.ts'
import { runPolicyTests } from '../../src/cli/test/run-policy-tests.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import { formatDuration } from '../../src/policy/quantities.ts'
import { readBlocks, readPage, readTable } from './page.ts'

const page = readPage('limits.md')
const ROUTE =
  'routes: [{ id: a, hosts: [api.example.com], path: /, forward: { origin: "https://origin.example" } }]'
const LOGIN = 'login_protection: [{ id: login, paths: [/login] }]'
const FILES: Readonly<Record<string, string>> = {
  limits: 'limits.yaml',
  login_protection: 'limits.yaml',
  rules: 'custom.yaml',
  tests: 'tests/a.yaml',
}

async function load(files: Readonly<Record<string, string>>) {
  const loaded = await loadPolicy(new Map(Object.entries({ 'routes/site.yaml': ROUTE, ...files })))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1))
  return loaded
}

const fileOf = (block: string): string => FILES[block.slice(0, block.indexOf(':'))] ?? ''

describe('the examples of docs/limits.md', () => {
  const blocks = readBlocks(page, ['yaml'])

  test('are found', () => {
    expect(blocks.length).toBeGreaterThan(5)
    expect(new Set(blocks.map(fileOf))).toEqual(new Set(Object.values(FILES)))
  })

  test.each(blocks)('compile, and hold what they say: %s', async (block) => {
    const loaded = await load({ 'limits.yaml': LOGIN, [fileOf(block)]: block })
    const report = await runPolicyTests(loaded, { now: Date.UTC(2026, 10, 22) })
    expect([loaded.warnings, report.failed]).toEqual([[], 0])
  })
})

test('the rule that docs/limits.md shows lets forms to a login pass, and nothing that hides the account', async () => {
  const rule = readBlocks(page, ['yaml']).find((block) => block.startsWith('rules:')) ?? ''
  const type = (value: string): string => `{ content-type: ${value} }`
  const cases: readonly (readonly [headers: string, action: string])[] = [
    [type('application/x-www-form-urlencoded; charset=utf-8'), 'pass'],
    [type('application/json'), 'block'],
    [type('multipart/form-data; boundary=a'), 'block'],
    ['{}', 'block'],
  ]
  const tests = cases.map(
    ([headers, action], i) =>
      `  - { name: case ${i}, request: { method: POST, url: /login, headers: ${headers} }, expect: { action: ${action} } }\n`,
  )
  const loaded = await load({ 'custom.yaml': rule, 'tests/a.yaml': `tests:\n${tests.join('')}` })
  const report = await runPolicyTests(loaded, { now: Date.UTC(2026, 10, 22) })
  expect(report).toMatchObject({ failed: 0, passed: cases.length })
})

const unit = (seconds: number): string => formatDuration(seconds * 1000)

/** `10m` as prose has it. */
function inWords(seconds: number): string {
  const text = unit(seconds)
  const words: Readonly<Record<string, string>> = { '1m': 'a minute', '1h': 'an hour', '1d': 'a day' }
  return words[text] ?? text.replace('m', ' minutes')
}

test('docs/limits.md says how login protection counts', async () => {
  const { model } = await load({ 'limits.yaml': LOGIN })
  const rows = readTable(page, '## Login protection')
  expect(rows).toHaveLength(3)
  for (const [name = '', , failures = '', then = ''] of rows) {
    const id = name.replace('`limits.<id>-', 'login-').replace('`', '')
    const limit = model.limits.find((each: LimitModel) => each.id === id)
    if (!limit) throw new Error(`there is no limit ${id}`)
    const period = inWords(limit.period)
    const rate = period.startsWith('a') ? period : `in ${period}`
    expect(failures).toBe(`${limit.requests_per_period} ${rate}`)
    expect(then).toContain(limit.action === 'block' ? 'blocked for' : 'challenged for')
    expect(then).toContain(`for ${inWords(limit.mitigation_timeout)}`)
    expect(then.includes('banned')).toBe(limit.ban !== undefined)
  }
})
