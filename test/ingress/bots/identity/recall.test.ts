/**
 * How many of those who say that they are automated are recognised, and how many people are taken for one, beside
 * the lists that ours is made of. `test/bench/agents.bench.ts` prints the table.
 */
import { isbot } from 'isbot'
import { describe, expect, test } from 'vitest'
import { openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { AGENTS } from '../../../../src/policy/bots/catalogue/agents.ts'
import { buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import { isDeclared } from './reference.ts'
import { crawlerInstances, generated, isbotFixture, mostFrequent, SERVICES, visitors } from './user-agents.ts'

const { part } = buildAgents({ own: [], ignore: [] })
const index = openAgents({ buffer: part.buffer, offset: 0, length: part.length }, { remembered: 0 })

const BROWSERS = [...new Set([...visitors(), ...mostFrequent(), ...generated()])]
const CRAWLERS = crawlerInstances()

function declared(list: readonly string[]): readonly string[] {
  return list.filter((userAgent) => index.identify(userAgent).declared)
}

describe('crawlers that npm knows of', () => {
  test('are there', () => {
    expect(CRAWLERS.length).toBeGreaterThan(2_000)
  })

  test('are recognised more often than by isbot', () => {
    expect(declared(CRAWLERS).length).toBeGreaterThan(CRAWLERS.filter((userAgent) => isbot(userAgent)).length)
  })

  test('are all recognised but for the browsers that are among them', () => {
    const missed = CRAWLERS.filter((userAgent) => !index.identify(userAgent).declared)
    for (const userAgent of missed)
      expect(userAgent).toMatch(/AP3A\.240617\.008|MetaIAB|Code\/1|Trae\/1|Fluid\//)
    expect(missed.length).toBeLessThanOrEqual(5)
  })

  test('are known by name, nearly all', () => {
    const named = CRAWLERS.filter((userAgent) => index.identify(userAgent).agent !== undefined)
    expect(named.length / CRAWLERS.length).toBeGreaterThan(0.99)
  })

  test('are recognised as AI agents within the User-Agent of a browser, which neither list does', () => {
    const names = AGENTS.filter((agent) => agent.class.startsWith('ai-')).map(({ name }) => name)
    const chrome = (name: string): string =>
      `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ${name}/1.0) Chrome/138.0.0.0 Safari/537.36`
    const ours = names.filter((name) => index.identify(chrome(name)).agent?.class.startsWith('ai-'))
    const others = names.filter((name) => isbot(chrome(name)))
    expect(ours.length / names.length).toBeGreaterThan(0.97)
    expect(ours.length).toBeGreaterThan(others.length)
  })
})

describe('browsers that npm knows of', () => {
  test('are there', () => {
    expect(BROWSERS.length).toBeGreaterThan(1_000)
  })

  test('are not said to be automated but for two services among them', () => {
    const flagged = declared(BROWSERS)
    expect(flagged.filter((userAgent) => !SERVICES.test(userAgent))).toEqual([])
    expect(flagged.length).toBeLessThanOrEqual(2)
  })
})

describe.skipIf(isbotFixture('browsers').length === 0)('the fixtures of isbot', () => {
  test('of crawlers are recognised but for a browser that is among them', () => {
    const missed = isbotFixture('crawlers').filter((userAgent) => !index.identify(userAgent).declared)
    for (const userAgent of missed) expect(userAgent).toMatch(/SogouMobileBrowser/)
  })

  test('of browsers are not, but for what says that it is a service', () => {
    for (const userAgent of declared(isbotFixture('browsers')))
      expect(userAgent).toMatch(/Miniature\.io|YLT|turingos|GTmetrix|kendra|Slurp|^pinterest|Amzn-User/)
  })
})

test('each is declared exactly when a loop over all expressions says so', () => {
  for (const userAgent of [...CRAWLERS, ...BROWSERS])
    expect(index.identify(userAgent).declared, userAgent).toBe(isDeclared(userAgent))
})
