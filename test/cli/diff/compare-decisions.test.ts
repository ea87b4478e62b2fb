import { describe, expect, test } from 'vitest'
import { createDecisionComparison } from '../../../src/cli/diff/compare-decisions.ts'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import type { Verdict } from '../../../src/cli/replay/tally.ts'
import type { Decision } from '../../../src/http/decision.ts'

const request = (path: string): LogRequest => ({
  time: 0,
  client: '203.0.113.7',
  method: 'GET',
  host: 'www.example.com',
  target: `${path}?token=secret`,
  protocol: 'HTTP/1.1',
  headers: [],
  status: 200,
})
const decision = (rule: string, status = 403): Decision => ({
  action: 'block',
  stage: 'access',
  rule,
  reason: 'r',
  mode: 'enforce',
  status,
})
const blocked = (rule: string, status?: number): Verdict => ({ terminal: decision(rule, status), logged: [] })
const passed = (...logged: readonly string[]): Verdict => ({ logged: logged.map((rule) => decision(rule)) })
const routed = (id: string): Verdict => ({ logged: [], route: { model: { id } } })

describe('a comparison of decisions', () => {
  test('has nothing to say of what is decided alike', () => {
    const comparison = createDecisionComparison()
    comparison.add(request('/'), blocked('a'), blocked('a'))
    comparison.add(request('/'), passed('x'), passed('x'))
    expect([comparison.requests, comparison.different, comparison.differences()]).toEqual([2, 0, []])
  })

  test('groups by what both say, the most frequent first, with three examples and no query', () => {
    const comparison = createDecisionComparison()
    comparison.add(request('/z'), blocked('a'), blocked('a', 404))
    for (let i = 0; i < 5; i++) comparison.add(request(`/${i}`), passed(), blocked('a'))
    const [first, second] = comparison.differences()
    expect(first).toMatchObject({ change: 'pass → block 403 a', requests: 5 })
    expect(first?.examples).toEqual(
      [0, 1, 2].map((i) => `GET www.example.com/${i} from 203.0.113.7 (was 200)`),
    )
    expect(second).toMatchObject({ change: 'block 403 a → block 404 a', requests: 1 })
    expect(comparison.different).toBe(6)
  })

  test('tells where redirects lead now, and rules that act without ending a request', () => {
    const redirected = (location: string): Verdict => ({
      terminal: { ...decision('rules.r', 308), action: 'redirect', location },
      logged: [],
    })
    const edited = (value: string): Verdict => ({
      logged: [],
      matched: ['rules.t'],
      requestEdits: [{ operation: 'set', name: 'x-a', value }],
    })
    const comparison = createDecisionComparison()
    comparison.add(request('/'), redirected('/a'), redirected('/a'))
    comparison.add(request('/'), edited('1'), edited('1'))
    expect(comparison.different).toBe(0)
    comparison.add(request('/'), redirected('/a'), redirected('/b'))
    comparison.add(request('/'), edited('1'), edited('2'))
    comparison.add(request('/'), passed(), edited('1'))
    comparison.add(request('/'), { logged: [], matched: ['rules.s'] }, passed())
    expect(comparison.differences().map(({ change }) => change)).toEqual([
      'no longer applies rules.s',
      'now applies rules.t',
      'other header fields for the origin',
      'redirect 308 rules.r to another location',
    ])
  })

  test('tells another route, and rules that log now or no longer', () => {
    const comparison = createDecisionComparison()
    comparison.add(request('/'), routed('old'), routed('new'))
    comparison.add(request('/'), passed('x', 'y'), passed('y', 'z'))
    expect(comparison.differences().map(({ change }) => change)).toEqual([
      'no longer logs x',
      'now logs z',
      'pass to old → pass to new',
    ])
    expect(comparison.different).toBe(2)
  })

  test('does not grow with what differs', () => {
    const comparison = createDecisionComparison()
    for (let i = 0; i < 3000; i++) comparison.add(request('/'), passed(), blocked(`rule-${i}`))
    const differences = comparison.differences()
    expect(differences).toHaveLength(1025)
    expect(differences[0]).toMatchObject({ change: '(other differences)', requests: 3000 - 1024 })
  })

  test('shows nothing of a request that could steer a terminal', () => {
    const comparison = createDecisionComparison()
    comparison.add({ ...request('/\u001b[2J'), client: '\u001b]0;x\u0007' }, passed(), blocked('a'))
    expect(comparison.differences()[0]?.examples[0]).toMatch(/^[\x20-\x7e…]+$/)
  })
})
