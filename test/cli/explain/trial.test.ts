import { beforeAll, describe, expect, test } from 'vitest'
import { toExampleFacts } from '../../../src/cli/explain/example-facts.ts'
import { openTrial, type Trial } from '../../../src/cli/explain/trial.ts'
import { readPolicyFiles } from '../../../src/cli/read-policy.ts'
import { runPolicyTests } from '../../../src/cli/test/run-policy-tests.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'
import type { RequestExample } from '../../../src/policy/test-case.ts'
import { load } from './load.ts'

const example = (url: string, more: Partial<RequestExample> = {}): RequestExample => ({
  method: 'GET',
  url,
  headers: [],
  ...more,
})

describe('the facts of a described request', () => {
  const facts = (url: string, more?: Partial<RequestExample>) =>
    toExampleFacts(example(url, more), 'www.example.com')

  test('have the URL as it is written', () => {
    expect(facts('http://A.example:8080/a/../%2e?b')).toMatchObject({
      scheme: 'http',
      host: { name: 'a.example', authority: 'a.example:8080' },
      rawTarget: '/a/../%2e?b',
    })
    expect(facts('https://a.example?b')).toMatchObject({
      rawTarget: '/?b',
      target: { path: '/', query: '?b' },
    })
    expect(facts('https://a.example')).toMatchObject({ rawTarget: '/' })
  })

  test('have the first host and https for a path', () => {
    expect(facts('/a')).toMatchObject({ scheme: 'https', host: { name: 'www.example.com' }, rawTarget: '/a' })
    expect(facts('*').target.anomalies).not.toBe(0)
  })

  test('have a Host field, the one among the headers first', () => {
    expect(facts('/').headers.get('host')).toBe('www.example.com')
    expect(facts('/', { headers: [['HOST', 'other.example']] }).host.name).toBe('other.example')
  })

  test('have content when the headers announce some', () => {
    const hasBody = (...headers: RequestExample['headers']) => facts('/', { method: 'POST', headers }).hasBody
    expect(hasBody()).toBe(false)
    expect(hasBody(['Content-Length', '0'])).toBe(false)
    expect(hasBody(['Content-Length', '1'])).toBe(true)
    expect(hasBody(['Transfer-Encoding', 'chunked'])).toBe(true)
  })

  test('leave out what is not said of the client', () => {
    expect(facts('/').client).toEqual({ address: undefined })
  })
})

describe('a trial of the shipped policy', () => {
  let trial: Trial
  let rules: readonly string[]
  beforeAll(async () => {
    const loaded = await loadPolicy(await readPolicyFiles('rules'))
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    trial = openTrial(loaded)
    rules = loaded.model.rules.map(({ id }) => `rules.${id}`)
    const { results } = await runPolicyTests(loaded, { now: 0 })
    expect(results.filter(({ passed }) => !passed)).toEqual([])
    expect(results.length).toBeGreaterThan(20)
  })

  test.each(['/', '/.git/config', '/wp-login.php', '/old/x', '/login', '/healthz', 'http://localhost/'])(
    'explains every rule for %s as it matches',
    (url) => {
      const facts = toExampleFacts(example(url, { country: 'T1', ip: '198.51.100.7' }), trial.host)
      for (const rule of rules)
        expect([rule, trial.explain(rule, facts, 0)?.result]).toEqual([rule, trial.matches(rule, facts, 0)])
    },
  )

  test('knows no rule that is not there', () => {
    const facts = toExampleFacts(example('/'), trial.host)
    expect(trial.matches('rules.nobody', facts, 0)).toBeUndefined()
    expect(trial.explain('rules.nobody', facts, 0)).toBeUndefined()
  })
})

test('a trial counts each request from zero', async () => {
  const limits = `limits:
  - { id: one, characteristics: [ip.src], period: 60s, requests_per_period: 1, mitigation_timeout: 60s }
`
  const trial = openTrial(await load({ 'limits.yaml': limits }))
  const facts = toExampleFacts(example('/', { ip: '192.0.2.1' }), trial.host)
  for (let i = 0; i < 3; i++) expect((await trial.run(facts, 0)).terminal).toBeUndefined()
})
