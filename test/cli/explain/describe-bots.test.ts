import { describe, expect, it } from 'vitest'
import { explainRequest } from '../../../src/cli/explain/explain-request.ts'
import { renderRequest } from '../../../src/cli/explain/render-request.ts'
import type { RequestReport } from '../../../src/cli/explain/request-report.ts'
import { openTrial } from '../../../src/cli/explain/trial.ts'
import { BOT_SIGNALS } from '../../../src/http/bot-signals.ts'
import { type Files, load } from './load.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const BOTS = `mode: enforce
signals: {fetch-missing: 40, hints-missing: 20, language-missing: 0, accept-missing: 0}
bands:
  - {name: calm, from: 0, level: none}
  - {name: odd, from: 60, level: proof-of-work}
crawlers:
  classes: {seo: {action: rate, rate: {requests: 5, period: 10s}, paths: [{path: /private, action: deny}]}}
`

async function explain(bots: string | undefined, userAgent: string, path = '/', more: Files = {}) {
  const files: Files = bots === undefined ? {} : { 'bots.yaml': bots }
  const trial = openTrial(await load(files, more))
  const headers = [
    ['user-agent', userAgent],
    ['accept', 'text/html'],
  ] as const
  return explainRequest(trial, { method: 'GET', url: path, headers }, NOW)
}

function stageOf({ stages }: RequestReport) {
  return stages.find(({ stage }) => stage === 'bots')
}

function resultsOf(report: RequestReport): Readonly<Record<string, string>> {
  return Object.fromEntries(stageOf(report)?.items.map(({ id, result }) => [id, result]) ?? [])
}

describe('the stage of bots, explained', async () => {
  const disguised = await explain(BOTS, CHROME)
  const crawler = await explain(BOTS, 'AhrefsBot/7.0', '/private/a')

  it('shows each signal with its weight, those too that were not raised', () => {
    const items = stageOf(disguised)?.items ?? []
    const signals = items.filter(({ id }) => id.startsWith('signal '))
    expect(signals.map(({ id }) => id)).toEqual(BOT_SIGNALS.map(({ id }) => `signal ${id}`))
    expect(resultsOf(disguised)).toMatchObject({
      'signal fetch-missing': expect.stringMatching(/^\+40: No Sec-Fetch fields/),
      'signal hints-missing': expect.stringMatching(/^\+20: /),
      'signal language-missing': 'off',
      'signal headless': 'not raised (60)',
      'total score': '60: odd, asks for proof-of-work',
    })
  })

  it('ends with what follows from the score', () => {
    expect(disguised.outcome).toMatchObject({ action: 'challenge', stage: 'bots', rule: 'bots.score' })
    expect(stageOf(disguised)).toMatchObject({ state: 'ends' })
    expect(stageOf(disguised)?.items.at(-1)).toMatchObject({ id: 'bots.score', ends: true })
  })

  it('says who an agent is, whether that is so, and its terms for the path', () => {
    expect(resultsOf(crawler)).toMatchObject({
      'who it is': 'AhrefsBot of Ahrefs, seo',
      'is that so': expect.stringMatching(
        /^not found out here: an edge has lists of addresses \(ahrefsbot\)/,
      ),
      'crawlers seo': 'deny',
      'bots.crawler.seo': expect.any(String),
    })
    expect(crawler.outcome).toMatchObject({ action: 'block', rule: 'bots.crawler.seo', status: 403 })
  })

  it('names what was raised for a person, and everything when that is wanted', () => {
    const short = renderRequest(disguised, { verbose: false })
    expect(short).toContain('● signal fetch-missing')
    expect(short).not.toContain('signal headless')
    expect(renderRequest(disguised, { verbose: true })).toContain('· signal headless')
  })

  it('says of a browser that nothing speaks against it, and of no User-Agent that this does', async () => {
    const calm = await explain('signals: {fetch-missing: 0, hints-missing: 0, language-missing: 0}', CHROME)
    const short = renderRequest(calm, { verbose: false })
    expect(short).toContain('● who it is    does not say that it is automated')
    expect(short).toContain('● total score  0: likely-human, asks for nothing')
    expect(calm.notes.join()).not.toContain('No User-Agent')
    const trial = openTrial(await load({ 'bots.yaml': BOTS }))
    const silent = await explainRequest(trial, { method: 'GET', url: '/', headers: [] }, NOW)
    expect(silent.notes.join()).toContain('No User-Agent, which counts against the client')
  })

  it('shows what the origin is told of the client', async () => {
    const passed = renderRequest(await explain('mode: log', CHROME), { verbose: false })
    expect(passed).toMatch(/sallyport-verdict: .*, bot="none [a-z-]+ \d+ [a-z,-]+ -"/)
  })

  it('says of an agent without proof that it has none', async () => {
    expect(resultsOf(await explain(BOTS, 'curl/8.5.0'))).toMatchObject({
      'is that so': 'cannot be verified: the agent has no proof',
    })
  })

  it('is not there without bots.yaml, off when it is off, and left out by a skip', async () => {
    expect(stageOf(await explain(undefined, CHROME))).toBeUndefined()
    expect(stageOf(await explain('mode: off', CHROME))).toMatchObject({ state: 'off' })
    const custom =
      'rules:\n  - {id: a, description: d, expression: ssl, action: skip, skip: {phases: [http_request_sbfm]}}\n'
    const skipped = await explain(BOTS, CHROME, '/', { 'custom.yaml': custom })
    expect(stageOf(skipped)).toMatchObject({ state: 'skipped', items: [{ result: 'left out' }] })
    expect(skipped.outcome.action).toBe('pass')
  })
})
