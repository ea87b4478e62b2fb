import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { analyzePolicy } from '../../../src/policy/analysis/analyze-policy.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

const ROUTE =
  'routes: [{ id: a, hosts: [app.example], path: /, forward: { origin: "https://origin.example" } }]'

/** `code: message. fix` of what is found about one custom rule. */
async function find(expression: string, bots?: string): Promise<readonly string[]> {
  const files = new Map([
    ['routes/site.yaml', ROUTE],
    ['custom.yaml', stringify({ rules: [{ id: 'a', action: 'block', expression }] })],
  ])
  if (bots !== undefined) files.set('bots.yaml', bots)
  const loaded = await loadPolicy(files)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { findings } = analyzePolicy(files, loaded)
  return findings.map(({ code, problem }) => `${code}: ${problem.message}. ${problem.fix}`)
}

test.each([
  ['sallyport.bot.class eq "ai-train"'],
  ['sallyport.bot.verdict in {"spoofed" "pending"}'],
  ['sallyport.bot.band eq "unsure" and sallyport.bot.score gt 30'],
  ['sallyport.bot.agent eq "Whoever"'],
  ['sallyport.bot.verified or sallyport.bot.declared'],
])('%s can be true', async (expression) => {
  expect(await find(expression, '')).toEqual([])
})

test.each([
  ['sallyport.bot.class eq "ai-trian"', 'sallyport.bot.class is never "ai-trian". Did you mean ai-train?'],
  ['sallyport.bot.verdict eq "verfied"', 'Did you mean verified?'],
  ['sallyport.bot.band eq "suspicous"', 'Did you mean suspicious?'],
  ['sallyport.bot.score gt 100', 'sallyport.bot.score is a number from 0 to 100'],
])('%s never is, and says so', async (expression, expected) => {
  const [first = ''] = await find(expression, '')
  expect(first).toMatch(/^dead-rule: /)
  expect(first).toContain(expected)
})

test('bands are those of the policy', async () => {
  const bots = 'bands: [{name: calm, from: 0, level: none}, {name: odd, from: 60, level: wait}]'
  expect(await find('sallyport.bot.band eq "odd"', bots)).toEqual([])
  expect((await find('sallyport.bot.band eq "unsure"', bots)).join()).toContain('Known here: calm, odd.')
})

test('without bots.yaml nothing is known of anybody', async () => {
  const [first = ''] = await find('sallyport.bot.verified')
  expect(first).toContain('sallyport.bot.verified is missing: the policy has no bots.yaml. Add bots.yaml')
})
