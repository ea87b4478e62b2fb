/** Whatever passes for a model of bots, a policy with it is linked and decides: nothing throws at a request. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BotsModel } from '../../src/bundle/bots-model.ts'
import { isBotsModel } from '../../src/bundle/bots-shape.ts'
import { createRobotsFile } from '../../src/ingress/bots/crawlers/robots-file.ts'
import { challengeAnswer } from '../../src/ingress/challenge/challenge-answer.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { localShards } from '../../src/ingress/limits/local-shards.ts'
import { openPrefixSet } from '../../src/net/prefix-set.ts'
import { decide } from '../../src/pipeline/decide.ts'
import { linkPolicy } from '../../src/pipeline/stages.ts'
import { buildAgents } from '../../src/policy/bots/catalogue/build-agents.ts'
import { fullBots } from '../bundle/bots-model.ts'
import { fullModel, oneNetwork } from '../bundle/policy-model.ts'
import { createFacts } from '../http/facts.ts'
import { chrome } from '../ingress/bots/signals/browser.ts'

const RUNS = Number(process.env.SALLYPORT_BOT_MODELS ?? 150)
const NOW = 1_795_000_000_000

const { part } = buildAgents({ own: [], ignore: [] })
const agents = { buffer: part.buffer, offset: 0, length: part.length }
const set = openPrefixSet(oneNetwork(1))
const { hygiene } = fullModel
const settings = { ...fullModel.settings, stages: { ...fullModel.settings.stages, hygiene: 'off' } } as const
const model = { ...fullModel, settings, hygiene, access: [], lists: [], rules: [], limits: [] }
const limiter = {
  ...{ shards: localShards({ accounts: 4 }), shardCount: 1, exact: true, isolate: 1 },
  ...{ secret: new Uint8Array(16).fill(1), timer: () => () => {}, random: () => 0 },
}

const agent = (text: string, ...more: readonly (readonly [string, string])[]) => ({
  headers: [['user-agent', text], ...more] as const,
})
const REQUESTS = [
  chrome({ fields: { 'sec-ch-ua': '"Chromium";v="99"', 'accept-language': '*' } }),
  agent('Mozilla/5.0 (compatible; Googlebot/2.1)'),
  agent('Mozilla/5.0 (compatible; GPTBot/1.2)', ['crawler-max-price', 'USD 1.00']),
  { ...agent('curl/8', ['accept', 'text/html']), target: '/reading-room/a' },
  { ...agent(''), target: '/robots.txt' },
].map((change) => createFacts(change))

/** All that such a model is used for. */
async function use(bots: BotsModel): Promise<void> {
  const bundle = { model: { ...model, bots }, prefixSet: () => set, part: () => agents }
  const stages = linkPolicy(bundle, { limiter, bans: createBanTable() })
  const { challenge } = stages
  const moment = { requestId: 'r', now: NOW, draw: () => 'r'.repeat(22), model: bots.challenge }
  for (const facts of REQUESTS) {
    const { terminal, bot } = await decide(facts, stages, NOW)
    expect(bot === undefined || (bot.score >= 0 && bot.score <= 100)).toBe(true)
    if (terminal?.action === 'challenge') {
      const { status } = await challengeAnswer(terminal, facts, moment, challenge)
      expect([200, 403, 429, 503]).toContain(status)
    }
    if (bot) stages.bots?.crawlers.chargeOf(bot, facts)
    stages.bots?.labyrinth.answer(facts, NOW)
  }
  const known = stages.bots?.agents.agents.slice(0, 40) ?? []
  await createRobotsFile(bots, known, 'enforce')?.answer('a', async () => ({ kind: 'none' }), NOW)
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 5, 31, 32, 60, 100, 2_592_000, Number.MAX_SAFE_INTEGER, -1, 0.5),
  fc.integer({ min: 0, max: 120 }),
)
const text = fc.constantFrom(
  ...['', '/', '/a', '/*', '/a$', '/%2e', 'a', '__proto__', 'constructor', 'USD 0.01', 'EUR 999999'],
  ...['off', 'log', 'enforce', 'none', 'wait', 'proof-of-work', 'interactive', 'deny', 'challenge'],
  ...['allow', 'verify', 'rate', 'price', 'labyrinth', 'merge', 'replace', 'exact', 'prefix', 'lax'],
  ...['https://a.example', 'turnstile', 'hcaptcha', '{{challenge}}', '{{nonce}', 'json', 'csv', 'yes'],
)
const other = fc.constantFrom<Json>(null, [], {}, true, false)

/** A place by the share of the way at each level, and what becomes of it. */
const change = fc.record({
  way: fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 6 }),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'double', 'add'),
  name: fc.constantFrom('__proto__', 'constructor', 'toString', 'GPTBot', 'Googlebot', 'ai-train', 'a'),
  number,
  text,
  other,
  /** Now and then something of another kind. */
  isOdd: fc.nat({ max: 5 }).map((n) => n === 0),
})
type Change = typeof change extends fc.Arbitrary<infer One> ? One : never

function instead(whole: Json, { number, text, other, isOdd }: Omit<Change, 'way'>): Json {
  if (isOdd) return other
  if (typeof whole === 'boolean') return !whole
  return typeof whole === 'number' ? number : typeof whole === 'string' ? text : other
}

function damage(whole: Json, { way: [step = 0, ...way], ...made }: Change): Json {
  if (typeof whole !== 'object' || whole === null) return instead(whole, made)
  const isList = Array.isArray(whole)
  const entries: [string, Json][] = Object.entries(whole)
  const at = step % Math.max(1, entries.length)
  const [key, item] = entries[at] ?? ['', null]
  if (made.kind === 'add') entries.push([made.name, way.length > 0 ? item : instead(item, made)])
  else if (way.length > 0) entries[at] = [key, damage(item, { ...made, way })]
  else if (made.kind === 'replace') entries[at] = [key, instead(item, made)]
  else if (made.kind === 'remove') entries.splice(at, 1)
  else entries.push([made.name, item])
  if (isList) return entries.map(([, each]) => each)
  // As JSON.parse does it, `__proto__` is a key like any other.
  const object: Record<string, Json> = {}
  for (const [name, each] of entries)
    Object.defineProperty(object, name, { value: each, enumerable: true, configurable: true, writable: true })
  return object
}

test('a model that is taken is one that nothing stumbles over', { timeout: 600_000 }, async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const whole = { ...fullBots, ranges: fullBots.ranges.slice(0, 1) } as unknown as Json
      const hostile: unknown = changes.reduce(damage, whole)
      if (!isBotsModel(hostile)) return
      taken++
      await use(hostile as BotsModel)
    }),
    { numRuns: RUNS },
  )
  expect(taken).toBeGreaterThan(0)
})
