import { describe, expect, test } from 'vitest'
import { CHROME_AGENT, chrome, FIREFOX_AGENT, firefox, SAFARI_AGENT, safari } from './browser.ts'
import { NOBODY, scoreOf, signalsOf } from './score-fixture.ts'

const agent = (value: string) => ({ headers: [['user-agent', value] as const] })
const HEADLESS = CHROME_AGENT.replace('Chrome/', 'HeadlessChrome/')

describe('a User-Agent', () => {
  test.each([
    ['that is missing', '', ['agent-missing']],
    ['that is blank', '  ', ['agent-missing']],
    ['of an app', 'Notes/7.1 CFNetwork/1494.0.7 Darwin/23.4.0', ['agent-unknown']],
    ['that is half of a browser’s', 'Mozilla/5.0', ['agent-hollow']],
    ['that names an engine only', 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36', ['agent-hollow']],
  ])('%s is a signal', (_, value, signals) => {
    expect(signalsOf(agent(value))).toEqual(signals)
  })

  test('is missing when there is no field', () => {
    expect(signalsOf({})).toEqual(['agent-missing'])
  })

  test('is never longer than 1,024 characters', () => {
    expect(signalsOf(chrome({ fields: { 'user-agent': CHROME_AGENT.padEnd(1024, ' x') } }))).toEqual([])
    expect(signalsOf(chrome({ fields: { 'user-agent': CHROME_AGENT.padEnd(1025, ' x') } }))).toEqual([
      'agent-long',
    ])
  })

  test.each([
    [CHROME_AGENT.replace('537.36 (', '605.1.15 ('), chrome],
    [CHROME_AGENT.replace('Windows NT 10.0; Win64; x64', 'iPhone; CPU iPhone OS 17_0 like Mac OS X'), chrome],
    [FIREFOX_AGENT.replace('rv:150.0', 'rv:91.0'), firefox],
    [FIREFOX_AGENT.replace('; rv:150.0', ''), firefox],
    [SAFARI_AGENT.replace('Macintosh; Intel Mac OS X 10_15_7', 'Windows NT 10.0; Win64; x64'), safari],
  ])('%s was never one of a browser', (value, request) => {
    expect(signalsOf(request({ fields: { 'user-agent': value } }))).toContain('agent-impossible')
  })

  test('of Firefox 110 to 119 said 109 as its revision', () => {
    const at = (version: number) =>
      FIREFOX_AGENT.replace('rv:150.0', 'rv:109.0').replace('150', String(version))
    expect(signalsOf(firefox({ fields: { 'user-agent': at(115) } }))).toEqual([])
    expect(signalsOf(firefox({ fields: { 'user-agent': at(120) } }))).toEqual(['agent-impossible'])
  })

  test('of Chromium has said zeros since version 113', () => {
    const fields = { 'user-agent': CHROME_AGENT.replace('148.0.0.0', '148.0.7778.97') }
    expect(signalsOf(chrome({ fields }))).toEqual(['agent-unreduced'])
  })
})

describe('a browser that a program drives', () => {
  test('says so in its User-Agent', () => {
    expect(signalsOf(chrome({ fields: { 'user-agent': HEADLESS } }))).toEqual(['headless'])
  })

  test('or in its client hints, where it hides it in the User-Agent', () => {
    const fields = { 'sec-ch-ua': '"HeadlessChrome";v="148", "Chromium";v="148"' }
    expect(signalsOf(chrome({ fields }))).toEqual(['headless-disguised'])
  })
})

describe('what does not pretend', () => {
  const bare = { ...agent(CHROME_AGENT), client: { protocol: 'HTTP/1.0', asn: 16509 } }
  const known = {
    declared: true,
    agent: { name: 'A', class: 'other', proof: { signature: [], ranges: [], dns: [] } },
  } as const

  test('a named agent is not held to be a browser', () => {
    expect(signalsOf(bare, known)).toEqual([])
    expect(signalsOf(bare, { ...known, declared: false })).toEqual([])
    expect(signalsOf(bare, { declared: true })).toEqual(['declared-as-browser'])
    expect(signalsOf(bare, NOBODY).length).toBeGreaterThan(5)
  })

  test('a claim that is false, and a signature that fails, are signals', () => {
    const spoofed = { ...known, verdict: { kind: 'spoofed', method: 'ranges' } } as const
    expect(signalsOf(bare, spoofed)).toEqual(['spoofed'])
    expect(signalsOf(bare, { ...spoofed, signatureFailed: true })).toEqual(['spoofed', 'signature-failed'])
    expect(signalsOf(bare, { ...known, verdict: { kind: 'pending' } })).toEqual([])
  })

  test('a verified agent has no signals, whatever it sends', () => {
    const verified = { ...known, verdict: { kind: 'verified', method: 'dns' } } as const
    const request = { ...agent(HEADLESS.padEnd(2000)), client: { edge: { botManagement: { score: 1 } } } }
    expect(scoreOf(request, verified)).toEqual({ score: 0, signals: [], band: 'likely-human' })
  })
})
