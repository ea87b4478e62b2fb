import { describe, expect, it } from 'vitest'
import { openBundle } from '../../../src/bundle/bundle.ts'
import { listUnjudged, withJudgedSignals } from '../../../src/cli/replay/judged-signals.ts'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import { linkReplay } from '../../../src/cli/replay/open-policy.ts'
import { BOT_SIGNALS } from '../../../src/http/bot-signals.ts'
import { fullBots } from '../../bundle/bots-model.ts'
import { fullModel } from '../../bundle/policy-model.ts'
import { load } from '../explain/load.ts'

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

async function replay(...requests: readonly Partial<LogRequest>[]) {
  const { bundle } = await load({ 'bots.yaml': 'mode: enforce\n' })
  const options = { scheme: 'https', secret: new Uint8Array(16) } as const
  const policy = linkReplay('rules', openBundle(bundle.buffer), options)
  const verdicts = []
  for (const request of requests) {
    const base = {
      time: 1,
      client: '203.0.113.7',
      method: 'GET',
      target: '/',
      protocol: 'HTTP/1.1',
      headers: [],
    }
    verdicts.push(await policy.judge({ ...base, ...request }))
  }
  return { verdicts, warnings: policy.warnings().join('\n') }
}

const agent = (text: string): Partial<LogRequest> => ({ headers: [['user-agent', text]] })

describe('a replay', () => {
  it('holds nothing against a client that the log does not have of it', async () => {
    const { verdicts, warnings } = await replay(agent(CHROME), {})
    expect(verdicts.map(({ terminal, bot }) => [terminal, bot?.score])).toEqual([
      [undefined, 0],
      [undefined, 0],
    ])
    expect(warnings).toContain('signals of bots that no log tells (2×): agent-missing')
    expect(warnings).toContain('the edge may ask for a challenge where this does not')
  })

  it('counts what contradicts itself in what is there', async () => {
    const { verdicts } = await replay(agent(CHROME.replace('Chrome/', 'HeadlessChrome/')))
    expect(verdicts[0]?.bot?.signals.map(({ id }) => id)).toContain('headless')
    expect(verdicts[0]?.terminal?.stage).toBe('bots')
  })

  it('tells of agents that could prove at the edge who they are', async () => {
    const { warnings } = await replay(agent('Mozilla/5.0 (compatible; Googlebot/2.1)'), agent('curl/8'))
    expect(warnings).toContain('by signature, host name or a newer list (1×): Googlebot')
  })
})

describe('the policy of a replay', () => {
  const signals = Object.fromEntries(BOT_SIGNALS.map(({ id }) => [id, 50]))
  const model = { ...fullModel, bots: { ...fullBots, signals } }

  it('weighs what cannot be judged with nothing, and changes nothing else', () => {
    const judged = withJudgedSignals(model)
    for (const id of listUnjudged(model)) expect(judged.bots?.signals[id]).toBe(0)
    expect(judged.bots?.signals.headless).toBe(50)
    expect({ ...judged, bots: { ...judged.bots, signals } }).toEqual(model)
  })

  it('judges nothing by an absence', () => {
    const judged = Object.entries(withJudgedSignals(model).bots?.signals ?? {}).filter(
      ([, weight]) => weight > 0,
    )
    for (const [id] of judged) expect(id).not.toMatch(/missing|incomplete|poor|unfamiliar/)
    expect(listUnjudged(model).length + judged.length).toBe(BOT_SIGNALS.length)
  })

  it('is as it was without bots.yaml', () => {
    expect(withJudgedSignals(fullModel)).toBe(fullModel)
    expect(listUnjudged(fullModel)).toEqual([])
  })
})
