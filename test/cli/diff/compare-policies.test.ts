import { describe, expect, test } from 'vitest'
import { comparePolicies } from '../../../src/cli/diff/compare-policies.ts'
import { describeChange } from '../../../src/cli/diff/policy-change.ts'
import { compileContent, customRules, type Files, rule } from './policies.ts'

const compare = async (before: Files, after: Files): Promise<readonly string[]> =>
  comparePolicies(await compileContent(before), await compileContent(after)).map(describeChange)

const limit = (period: string): Files => ({
  'limits.yaml': `limits:\n  - { id: login, characteristics: [ip.src], period: ${period}, requests_per_period: 5 }\n`,
})
const guard = (cidr: string): Files => ({
  'access.yaml': `guards:\n  - { id: office, unlisted: pass, deny: { cidrs: [${cidr}] } }\n`,
})
const A = rule('a', 'http.request.uri.path eq "/a"')
const B = rule('b', 'http.request.uri.path eq "/b"')

describe('two policies', () => {
  test('that are the same have no change between them', async () => {
    expect(
      await compare(
        { ...limit('60s'), ...guard('192.0.2.0/24') },
        { ...limit('60s'), ...guard('192.0.2.0/24') },
      ),
    ).toEqual([])
  })

  test('are told apart by rules that came and went', async () => {
    expect(await compare(customRules(A), customRules(B))).toEqual(['- rule a', '+ rule b'])
  })

  test('are told apart by the fields of a rule, with short values; its compiled filter is none', async () => {
    const after = rule('a', 'http.request.uri.path eq "/c"', ', mode: log')
    const changes = await compare(customRules(A), customRules(after))
    expect(changes).toHaveLength(1)
    expect(changes[0]).toContain('~ rule a: ')
    expect(changes[0]).toContain('mode: enforce → log')
    expect(changes[0]).toContain('expression')
    expect(changes[0]).not.toContain('filter')
  })

  test('are told apart by the order of rules, which is the order of evaluation', async () => {
    expect(await compare(customRules(A, B), customRules(B, A))).toEqual(['~ rules: in another order'])
  })

  test('are told apart by limits and settings', async () => {
    expect(
      await compare(limit('60s'), {
        ...limit('10s'),
        'settings.yaml': 'unknown_host: 404\nstages: { limits: log }\n',
      }),
    ).toEqual([
      '~ settings: unknown_host: 421 → 404, stages.limits: enforce → log',
      '~ limit login: period: 60 → 10, mitigation_timeout: 60 → 10',
    ])
  })

  test('are told apart by addresses alone, which are no part of the model', async () => {
    expect(await compare(guard('192.0.2.0/24'), guard('192.0.2.0/25'))).toEqual(['~ guard office: addresses'])
  })

  test('are told apart by who clients are and what they get, however deep that is written', async () => {
    const bots = (text: string): Files => ({ 'bots.yaml': text })
    expect(await compare({}, bots(''))).toContain('+ bots')
    expect(await compare(bots(''), {})).toContain('- bots')
    expect(await compare(bots('mode: log'), bots('mode: log'))).toEqual([])
    const after =
      'signals: {headless: 7}\ncrawlers: {classes: {search-engine: deny}}\nverification: {dns: {mode: log}}\n'
    const [change = '', ...others] = await compare(bots(''), bots(after))
    expect(others).toEqual([])
    expect(change).toMatch(/^~ bots: /)
    expect(change).toContain('verification.dns.mode: enforce → log')
    expect(change).toContain('signals.headless: 60 → 7')
    expect(change).toContain('crawlers.classes.search-engine.action: verify → deny')
  })

  test('are told apart by the bounds of bodies', async () => {
    const bodies = { 'dos.yaml': 'bodies: {json: {max_depth: 5}}\n' }
    expect(await compare({}, bodies)).toEqual(['~ dos: bodies.json.max_depth: 64 → 5'])
  })
})
