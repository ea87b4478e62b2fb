import { describe, expect, test } from 'vitest'
import type { AgentClass, AgentModel } from '../../../../src/bundle/bots-model.ts'
import { createSignedAgents } from '../../../../src/ingress/bots/web-bot-auth/signed-agents.ts'
import { HOST } from './signed-request.ts'

function agent(name: string, agentClass: AgentClass, host: string = HOST): AgentModel {
  return { name, class: agentClass, proof: { signature: [host], ranges: [], dns: [] } }
}

const CRAWLER = agent('Crawler', 'ai-train')
const FETCHER = agent('Fetcher', 'ai-assistant')
const ACTOR = agent('Actor', 'ai-agent')
const BROWSER = { declared: false }

describe("a host's signature is of", () => {
  test('the agent that the request names', () => {
    const signed = createSignedAgents([HOST], [CRAWLER, FETCHER, ACTOR])
    expect(signed.agentOf(HOST, { declared: true, agent: FETCHER })).toBe(FETCHER)
  })

  test('the only agent that it signs for, whatever the request names', () => {
    const signed = createSignedAgents([HOST], [CRAWLER, agent('Other', 'ai-agent', 'https://other.example')])
    expect(signed.agentOf(HOST, BROWSER)).toBe(CRAWLER)
    expect(signed.agentOf(HOST, { declared: true, agent: FETCHER })).toBe(CRAWLER)
  })

  test('the only one that acts for users, of several', () => {
    const signed = createSignedAgents([HOST], [CRAWLER, ACTOR, FETCHER])
    expect(signed.agentOf(HOST, BROWSER)).toBe(ACTOR)
  })

  test('an agent of a user called like the host, when it looks like a browser', () => {
    const signed = createSignedAgents([HOST], [CRAWLER, FETCHER])
    expect(signed.agentOf(HOST, BROWSER)).toMatchObject({ name: 'agent.example', class: 'ai-agent' })
  })

  test('some program called like the host, when it says that it is one', () => {
    const signed = createSignedAgents([HOST], [])
    expect(signed.agentOf(HOST, { declared: true })).toMatchObject({ name: 'agent.example', class: 'other' })
  })
})
