import { describe, expect, test } from 'vitest'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

const SITE = '  - {id: site, hosts: [app.example], path: /, forward: {origin: http://origin.example}}\n'
const ROBOTS = '  - {id: robots, hosts: [app.example], exact: /robots.txt, respond: {status: 200, body: x}}\n'

/** What is said of a policy, as one line each. */
async function say(bots: string, routes = SITE, more: Readonly<Record<string, string>> = {}) {
  const files = { 'routes/site.yaml': `routes:\n${routes}`, 'bots.yaml': bots, ...more }
  const result = await loadPolicy(new Map(Object.entries(files)))
  const lines = [...(result.ok ? result.warnings : result.problems)]
  return lines.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`)
}

const agent = (pattern: string): string =>
  `identity: {agents: [{name: Own, pattern: ${pattern}, class: monitoring}]}`

describe('an agent of the operator', () => {
  test.each(['Mozilla', 'safari/537', 'Chrome/', 'Windows NT'])(
    'is not found by %s, as people are',
    async (pattern) => {
      const [problem] = await say(agent(pattern))
      expect(problem).toMatch(/^identity\.agents\[0\]\.pattern: Browsers have /)
    },
  )

  test('is found by its name', async () => {
    expect(await say(agent('OwnMonitor/'))).toEqual([])
  })

  test('is told that a name may not be empty', async () => {
    const [problem] = await say('identity: {agents: [{name: A, pattern: abc, class: seo, operator: ""}]}')
    expect(problem).toMatch(/at least 1 characters\. Write more/)
  })
})

describe('a band that denies', () => {
  const bands = (from: number): string =>
    `bands: [{name: a, from: 0, level: none}, {name: b, from: ${from}, level: deny}]`

  test('is told once where it has to begin, by the heaviest of the usual weights', async () => {
    const lines = await say(bands(50))
    expect(lines).toHaveLength(1)
    const [, from] = /a band from (\d+):/.exec(lines[0] ?? '') ?? []
    expect(await say(bands(Number(from)))).toEqual([])
  })

  test('is told of each weight that was written', async () => {
    const lines = await say(`signals: {headless: 90, spoofed: 100}\n${bands(80)}`)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('a band from 91')
    expect(lines[1]).toBe(
      'signals.spoofed: The signal spoofed weighs 100, which alone is in the band b that denies. Write a weight below 80: nobody is denied for one signal.',
    )
  })
})

describe('a route that answers /robots.txt', () => {
  test('hides the file of the policy, which is told as soon as it is enforced', async () => {
    expect(await say('mode: log', SITE + ROBOTS)).toEqual([])
    expect(await say('mode: enforce', SITE)).toEqual([])
    expect(await say('mode: enforce\ncrawlers: {robots: off}', SITE + ROBOTS)).toEqual([])
    const [warning] = await say('mode: enforce', SITE + ROBOTS)
    expect(warning).toContain('the route robots answers /robots.txt by itself')
  })
})

test('a page that is not there: where to put it', async () => {
  const [problem] = await say('challenge: {template: bots/own.html}')
  expect(problem).toMatch(/There is no file "bots\/own\.html"\. Put the page there/)
})

test('a test that expects nothing is refused', async () => {
  const tests = { 'tests/a.yaml': 'tests: [{name: a, request: /, expect: {}}]\n' }
  const [problem] = await say('mode: log', SITE, tests)
  expect(problem).toMatch(/^tests\[0\]\.expect: Nothing is expected/)
})
