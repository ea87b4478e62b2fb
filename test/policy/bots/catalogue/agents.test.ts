import { describe, expect, test } from 'vitest'
import { openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { AGENTS } from '../../../../src/policy/bots/catalogue/agents.ts'
import { buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import { parsePattern } from '../../../../src/policy/bots/catalogue/parse-pattern.ts'
import { RANGE_SOURCES } from '../../../../src/policy/bots/range-sources.ts'

const { part } = buildAgents({ own: [], ignore: [] })
const index = openAgents({ buffer: part.buffer, offset: 0, length: part.length })

/** The shortest text that a pattern is meant for. */
function sample(pattern: string): string {
  return pattern.replace(/^\^|^\\b|\\b$|\$$/g, '')
}

describe('our own table of agents', () => {
  test('has every kind of AI agent, and ninety by name', () => {
    const ai = AGENTS.filter((agent) => agent.class.startsWith('ai-'))
    expect(ai.length).toBeGreaterThanOrEqual(90)
    expect(new Set(ai.map((agent) => agent.class)).size).toBe(6)
  })

  test('has names that are unique and can be written in a policy', () => {
    const names = AGENTS.map(({ name }) => name.toLowerCase())
    expect(new Set(names).size).toBe(names.length)
    for (const { name } of AGENTS) expect(name).toMatch(/^[A-Za-z0-9 \-_./!+'()&:]{1,64}$/)
  })

  test.each(AGENTS.map((agent) => [agent.name, agent] as const))(
    '%s can be verified as it says',
    (_, agent) => {
      const ids = RANGE_SOURCES.map(({ id }) => id)
      for (const id of agent.proof.ranges) expect(ids).toContain(id)
      for (const suffix of agent.proof.dns) expect(suffix).toMatch(/^(\.[a-z0-9-]+){2,4}$/)
      for (const host of agent.proof.signature) expect(host).toMatch(/^https:\/\/[a-z0-9.-]+$/)
    },
  )

  test('gives what anybody can run no proof', () => {
    for (const { class: agentClass, proof } of AGENTS) {
      if (agentClass !== 'http-library' && agentClass !== 'browser-automation') continue
      expect(proof).toEqual({ signature: [], ranges: [], dns: [] })
    }
  })

  test.each(AGENTS.map((agent) => [agent.name, agent] as const))(
    '%s is recognised as itself',
    (name, agent) => {
      for (const pattern of agent.patterns) {
        expect(parsePattern(pattern).ok).toBe(true)
        expect(index.identify(sample(pattern))).toMatchObject({ declared: true, agent: { name } })
      }
    },
  )

  test.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'],
    ['Googlebot-Image/1.0', 'Googlebot-Image'],
    ['Mozilla/5.0 (compatible; GoogleOther-Image/1.0)', 'GoogleOther-Image'],
    [
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)',
      'ClaudeBot',
    ],
    [
      'Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)',
      'Bytespider',
    ],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'facebookexternalhit'],
    ['python-requests/2.32.3', 'python-requests'],
    ['curl/8.5.0', 'curl'],
    // Made of a library, and says who it is.
    ['GPTBot/1.2 python-requests/2.32.3', 'GPTBot'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36',
      'HeadlessChrome',
    ],
  ])('%s is %s', (userAgent, name) => {
    expect(index.identify(userAgent).agent?.name).toBe(name)
  })
})
