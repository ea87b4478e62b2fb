import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type AgentIndex, openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { type BuiltAgents, buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import type { OwnAgent } from '../../../../src/policy/bots/catalogue/own-agent.ts'
import { parsePattern } from '../../../../src/policy/bots/catalogue/parse-pattern.ts'

const NO_PROOF = { signature: [], ranges: [], dns: [] }

function open({ part }: BuiltAgents): AgentIndex {
  return openAgents({ buffer: part.buffer, offset: 0, length: part.length })
}

function own(name: string, pattern: string): OwnAgent {
  return {
    name,
    pattern,
    class: 'monitoring',
    operator: 'Acme',
    proof: { ...NO_PROOF, dns: ['.acme.example'] },
  }
}

describe('the part with the agents', () => {
  const built = buildAgents({ own: [], ignore: [] })

  test('is small', () => {
    expect(built.problems).toEqual([])
    expect(gzipSync(built.part, { level: 9 }).length).toBeLessThan(80 * 1024)
  })

  test('has all agents that it was built of', () => {
    expect(open(built).agents).toEqual(built.agents)
  })

  test('is the same each time', () => {
    expect(buildAgents({ own: [], ignore: [] }).part).toEqual(built.part)
  })
})

describe("an operator's agents", () => {
  const built = buildAgents({
    own: [own('Acme Watch', 'acme-watch/'), own('GPTBot', 'our-own-gpt'), own('Edge', '^edge-probe\\b')],
    ignore: ['curl', 'seznambot'],
  })
  const index = open(built)

  test('come before all others', () => {
    expect(built.problems).toEqual([])
    expect(index.identify('Mozilla/5.0 (compatible; Googlebot/2.1) Acme-Watch/3').agent).toEqual({
      name: 'Acme Watch',
      class: 'monitoring',
      operator: 'Acme',
      proof: { ...NO_PROOF, dns: ['.acme.example'] },
    })
  })

  test('take the place of a known one of the same name', () => {
    for (const userAgent of ['our-own-gpt', 'GPTBot/1.2'])
      expect(index.identify(userAgent).agent).toMatchObject({ name: 'GPTBot', operator: 'Acme' })
    expect(index.byName('GPTBot')?.class).toBe('monitoring')
  })

  test('are looked for at the start or at the edge of a word if their pattern says so', () => {
    expect(index.identify('edge-probe 1').agent?.name).toBe('Edge')
    expect(index.identify('edge-probes 1').agent?.name).not.toBe('Edge')
    expect(index.identify('an edge-probe').agent?.name).not.toBe('Edge')
  })

  test('can be told not to be recognised; what says that it is automated still does', () => {
    expect(index.byName('curl')).toBeUndefined()
    expect(index.byName('SeznamBot')).toBeUndefined()
    expect(index.identify('Mozilla/5.0 (compatible; SeznamBot/4.0)')).toEqual({ declared: true })
  })

  test('have problems that are told by name, and are then left out', () => {
    const { problems, agents } = buildAgents({
      own: [own('Short', 'ab'), own('Wide', 'bötchen'), own('Long', 'x'.repeat(65)), own('Fine', 'fine/')],
      ignore: ['No Such Agent'],
    })
    expect(problems).toEqual([
      'The pattern "ab" has 2 characters, not 3 to 64 (agent Short)',
      'The pattern "bötchen" has characters that are not ASCII (agent Wide)',
      `The pattern "${'x'.repeat(65)}" has 65 characters, not 3 to 64 (agent Long)`,
      'There is no agent "No Such Agent" to ignore',
    ])
    expect(agents.map(({ name }) => name)).toContain('Fine')
  })
})

describe('a pattern', () => {
  test.each(['^ab', 'ab$', '\\bab\\b'])('%s is too short without its edges', (text) => {
    expect(parsePattern(text).ok).toBe(false)
  })
})
