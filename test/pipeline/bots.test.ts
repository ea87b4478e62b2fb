import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { localShards } from '../../src/ingress/limits/local-shards.ts'
import { decide } from '../../src/pipeline/decide.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import { linkPolicy } from '../../src/pipeline/stages.ts'
import type { TraceEvent } from '../../src/pipeline/trace.ts'
import { createFacts, type FactsChange } from '../http/facts.ts'
import { CHROME_AGENT, chrome } from '../ingress/bots/signals/browser.ts'
import { compile, siteRoute } from '../worker/open-edge.ts'

const NOW = 1_795_000_000_000
const HOST = { host: '127.0.0.1' }

const SHIPPED = { 'bots.yaml': 'mode: enforce\n' }
const compiled = new Map<object, Promise<Uint8Array>>()

/** Decides requests under a policy of these files beside a route; one that is asked for again is compiled once. */
async function open(files: Readonly<Record<string, string>>) {
  const compiling =
    compiled.get(files) ?? compile({ 'routes/a.yaml': siteRoute('http://o.example'), ...files })
  compiled.set(files, compiling)
  const bundle = await compiling
  const limiter = {
    shards: localShards({ accounts: 64 }),
    shardCount: 1,
    exact: true,
    secret: new Uint8Array(16).fill(1),
    timer: () => () => {},
    isolate: 1,
    random: () => 0,
  }
  const stages = linkPolicy(openBundle(Uint8Array.from(bundle).buffer), { limiter, bans: createBanTable() })
  return (change: FactsChange, events?: TraceEvent[]): Outcome | Promise<Outcome> =>
    decide(
      createFacts({ ...HOST, ...change }),
      stages,
      NOW,
      events ? { trace: (event) => events.push(event) } : {},
    )
}

const agent = (text: string): FactsChange => ({ headers: [['user-agent', text]] })
const disguised = chrome({ fields: { 'sec-ch-ua': '"Chromium";v="99"', 'accept-language': '*' } })

describe('the stage bots', () => {
  test('lets a browser that contradicts nothing pass, and says so', async () => {
    const outcome = await (await open(SHIPPED))(chrome())
    expect(outcome.terminal).toBeUndefined()
    expect(outcome.bot).toMatchObject({ declared: false, score: 0, band: 'likely-human' })
  })

  test('asks who contradicts itself for as much as the score says', async () => {
    const outcome = await (await open(SHIPPED))(disguised)
    expect(outcome.terminal).toMatchObject({ rule: 'bots.score', action: 'challenge', level: 3 })
  })

  test('only notes what it would do in mode log, which is the default', async () => {
    const outcome = await (await open({ 'bots.yaml': '{}\n' }))(disguised)
    expect(outcome.terminal).toBeUndefined()
    expect(outcome.logged).toMatchObject([{ rule: 'bots.score', mode: 'log' }])
  })

  test('is as its stage says when that is less', async () => {
    const settings = { 'settings.yaml': 'stages: {bots: log}\n', 'bots.yaml': 'mode: enforce\n' }
    const outcome = await (await open(settings))(disguised)
    expect(outcome.terminal).toBeUndefined()
    expect(outcome.logged).toMatchObject([{ rule: 'bots.score', mode: 'log' }])
  })

  test('has no maze that is stricter than itself', async () => {
    const labyrinth = 'labyrinth: {mode: enforce, path: /maze/}'
    const target = '/maze/a'
    const enforced = await open({ 'bots.yaml': `mode: enforce\n${labyrinth}\n` })
    expect((await enforced(chrome({ target }))).terminal?.rule).toBe('bots.labyrinth')
    for (const files of [
      { 'bots.yaml': `mode: log\n${labyrinth}\n` },
      { 'settings.yaml': 'stages: {bots: log}\n', 'bots.yaml': `mode: enforce\n${labyrinth}\n` },
    ])
      expect((await (await open(files))(chrome({ target }))).terminal).toBeUndefined()
  })

  test('knows who asks for the page of a challenge by itself, so that it is as hard there as elsewhere', async () => {
    const target = '/.sallyport/challenge'
    const outcome = await (await open(SHIPPED))({ ...disguised, target })
    expect(outcome.terminal).toBeUndefined()
    expect(outcome.bot?.score).toBeGreaterThan(0)
  })

  test('is not there without bots.yaml, and when it is off', async () => {
    for (const files of [{}, { 'bots.yaml': 'mode: off\ncrawlers: {classes: {seo: allow}}\n' }]) {
      const outcome = await (await open(files))(disguised)
      expect([outcome.terminal, outcome.logged]).toEqual([undefined, []])
    }
  })

  test('gives classes what the policy says, whoever claims them', async () => {
    const run = await open(SHIPPED)
    const gpt = await run(agent('Mozilla/5.0 (compatible; GPTBot/1.2)'))
    expect(gpt.terminal).toMatchObject({ rule: 'bots.crawler.ai-train', action: 'block', status: 403 })
    const library = await run(agent('python-requests/2.32'))
    expect(library.terminal).toMatchObject({
      rule: 'bots.crawler.http-library',
      action: 'challenge',
      level: 2,
    })
  })

  test('never asks preflights, well-known files and exempt paths', async () => {
    const run = await open({
      'bots.yaml': 'mode: enforce\nchallenge: {exempt: [/hooks]}\ncrawlers: {robots: off}\n',
    })
    for (const target of ['/robots.txt', '/.well-known/security.txt', '/favicon.ico', '/hooks/pay'])
      expect((await run({ ...agent('curl/8'), target })).terminal, target).toBeUndefined()
    expect((await run({ ...agent('curl/8'), target: '/shop' })).terminal?.action).toBe('challenge')
  })

  test('denies where a band says so and more than one signal leads there', async () => {
    const bands = `bands: [{name: fine, from: 0, level: none}, {name: bad, from: 90, level: deny}]`
    const run = await open({ 'bots.yaml': `mode: enforce\n${bands}\n` })
    expect((await run(disguised)).terminal).toMatchObject({ action: 'block', rule: 'bots.score' })
  })

  test('is left out by a rule that skips it', async () => {
    const rule = `rules: [{id: ours, expression: 'http.request.uri.path eq "/x"', action: skip, skip: {phases: [http_request_sbfm]}}]`
    const run = await open({ 'bots.yaml': 'mode: enforce\n', 'custom.yaml': `${rule}\n` })
    expect((await run({ ...agent('curl/8'), target: '/x' })).terminal).toBeUndefined()
    expect((await run({ ...agent('curl/8'), target: '/y' })).terminal?.stage).toBe('bots')
  })

  test('tells a challenge that a rule asks for how sure it is, so that the work follows', async () => {
    const rule = `rules: [{id: all, expression: 'true', action: js_challenge}]`
    const enforced = await open({ 'bots.yaml': 'mode: enforce\n', 'custom.yaml': `${rule}\n` })
    expect(await enforced(disguised)).toMatchObject({ terminal: { rule: 'rules.all' }, bot: { score: 100 } })
    const watched = await open({
      'bots.yaml': 'crawlers: {classes: {social-preview: allow, feed-reader: allow}}\n',
      'custom.yaml': `${rule}\n`,
    })
    expect((await watched(disguised)).bot).toBeUndefined()
  })

  test('answers rules that ask who it is', async () => {
    const rule = `rules: [{id: no-seo, expression: 'sallyport.bot.class eq "seo"', action: block}]`
    const run = await open({ 'bots.yaml': '{}\n', 'custom.yaml': `${rule}\n` })
    expect((await run(agent('Mozilla/5.0 (compatible; AhrefsBot/7.0)'))).terminal?.rule).toBe('rules.no-seo')
    expect((await run(agent(CHROME_AGENT))).terminal).toBeUndefined()
  })

  test('tells a trace who it was before what came of it', async () => {
    const events: TraceEvent[] = []
    await (await open(SHIPPED))(disguised, events)
    const kinds = events.map((event) => (event.kind === 'stage' ? event.stage : event.kind))
    expect(kinds.slice(-2)).toEqual(['bots', 'bots'])
    expect(events.at(-1)).toMatchObject({ kind: 'stage', terminal: { rule: 'bots.score' } })
    expect(events.at(-2)).toMatchObject({ kind: 'bots', assessment: { band: 'likely-automated' } })
  })
})
