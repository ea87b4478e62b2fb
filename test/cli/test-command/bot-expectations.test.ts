import { expect, test } from 'vitest'
import { loadFolder } from '../../../src/cli/load-folder.ts'
import { runPolicyTests } from '../../../src/cli/test/run-policy-tests.ts'
import { type Files, load } from '../explain/load.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const BOTS: Files = { 'bots.yaml': 'mode: enforce\n' }

async function run(request: string, expectation: string, more: Files = {}) {
  const tests = {
    'tests/a.yaml': `tests:\n  - name: a\n    request: ${request}\n    expect: ${expectation}\n`,
  }
  const { results } = await runPolicyTests(await load(BOTS, tests, more), { now: NOW })
  return results.find(({ name }) => name === 'a')
}

const GPTBOT = '{url: /, headers: {user-agent: GPTBot/1.2}}'

test('a test may say who the client is to be taken for', async () => {
  const expectation = '{action: block, stage: bots, bot: {declared: true, agent: GPTBot, class: ai-train}}'
  expect(await run(GPTBOT, expectation)).toMatchObject({ passed: true })
})

test('what is somebody else is told with both', async () => {
  const result = await run(GPTBOT, '{action: block, bot: {agent: ClaudeBot, verdict: verified}}')
  expect(result).toMatchObject({
    passed: false,
    mismatches: [
      { what: 'bot.agent', expected: 'ClaudeBot', got: 'GPTBot' },
      { what: 'bot.verdict', expected: 'verified', got: 'unverifiable' },
    ],
  })
})

test('a request that does not name its client is not judged for that, unless the test is about it', async () => {
  expect(await run('/', 'pass')).toMatchObject({ passed: true })
  expect(await run('{url: /, headers: {accept: "*/*"}}', 'pass')).toMatchObject({ passed: true })
  expect(await run('/', '{action: challenge, rule: bots.score}')).toMatchObject({ passed: true })
  expect(await run('/', '{action: challenge, bot: {band: suspicious}}')).toMatchObject({ passed: true })
  expect(await run('{url: /, headers: {User-Agent: ""}}', 'pass')).toMatchObject({ passed: false })
})

test('a test may leave open what becomes of the request, and so hold in log and in enforce', async () => {
  for (const mode of ['log', 'enforce']) {
    const more = { 'bots.yaml': `mode: ${mode}\n` }
    expect(await run(GPTBOT, '{bot: {agent: GPTBot}}', more)).toMatchObject({ passed: true })
    expect(await run(GPTBOT, '{bot: {agent: CCBot}}', more)).toMatchObject({ passed: false })
  }
})

test.each(['log', 'enforce'])('the tests of the shipped policy hold in mode %s', async (mode) => {
  const loaded = await loadFolder('rules', {
    undone: 'nothing was tested',
    adapt: (files) => new Map(files).set('bots.yaml', `mode: ${mode}\ncrawlers: {robots: off}\n`),
  })
  if (!loaded) throw new Error('the shipped policy has problems')
  const { results } = await runPolicyTests(loaded, { now: NOW })
  expect(results.filter(({ passed }) => !passed)).toEqual([])
})

test('examples of rules see who the client is', async () => {
  const custom = `rules:
  - id: brokers
    description: d
    expression: sallyport.bot.class eq "ai-train" and not sallyport.bot.verified
    action: block
    examples:
      match: [${GPTBOT}]
      no_match: [/]
`
  const { results } = await runPolicyTests(await load(BOTS, { 'custom.yaml': custom }), { now: NOW })
  expect(results.map(({ passed }) => passed)).toEqual([true, true])
})
