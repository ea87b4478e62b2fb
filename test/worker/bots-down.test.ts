import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { parsePrefix } from '../../src/net/prefix.ts'
import { buildPrefixSet } from '../../src/net/prefix-set.ts'
import { createStoredCodec } from '../../src/worker/bots/stored-data.ts'
import { importEdgeKeys } from '../../src/worker/signing.ts'
import {
  type BotsEdge,
  cookieOf,
  NAVIGATION,
  openBotsEdge,
  redeem,
  type Surroundings,
  solvePage,
} from './bots-edge.ts'
import { ask, type Reply } from './exchange.ts'
import { siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

/** The table "When a source is down" of docs/bots.md, row by row, in workerd. */
const RESOLVER = 'resolver.example'
const TURNSTILE = 'challenges.cloudflare.com'
const BOTS = `mode: enforce
verification: { dns: { resolver: 'https://${RESOLVER}/dns-query' } }
challenge: { bits: { least: 8, most: 9 }, provider: { kind: turnstile, sitekey: '1x00000000000000000000AA' } }
`
const RULES = `rules:
  - { id: asked, expression: 'starts_with(http.request.uri.path, "/asked")', action: js_challenge }
  - { id: hard, expression: 'starts_with(http.request.uri.path, "/hard")', action: challenge }
`
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'
const SECONDS = 1000
const MINUTE = 60 * SECONDS

const keys = createLocalKeys()
let origin: ScriptedOrigin
let edge: BotsEdge
beforeAll(async () => {
  origin = await openOrigin()
  edge = await openBotsEdge(
    { 'routes/a.yaml': siteRoute(origin.url), 'bots.yaml': BOTS, 'custom.yaml': RULES },
    { SALLYPORT_TURNSTILE_SECRET: 'a secret' },
    keys.edge,
  )
})
afterEach(() => edge.set({}))
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

let networks = 0
/** An address in a network that nobody has come from yet. */
const newAddress = (): string => `198.${18 + (++networks >> 8)}.${networks & 255}.9`
const visit = (target: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  ask(edge.url, { target, headers: { ...NAVIGATION, ...headers } })
const claim = (ip: string, userAgent: string = GOOGLEBOT): Promise<Reply> =>
  ask(edge.url, { headers: { 'user-agent': userAgent, 'sallyport-simulate': `ip=${ip}` } })
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What became of the last request of an address: the rule, and what was thought of its claim. */
function lastOf(ip: string): string {
  const records = edge.log
    .records()
    .filter(({ client }) => (client as { ip?: string } | undefined)?.ip === ip)
  const { rule = 'passed', bot } = records.at(-1) ?? { kind: 'none' }
  return `${rule}, ${(bot as { verdict?: string } | undefined)?.verdict ?? 'nobody'}`
}

/** Claims to be Googlebot until that is no longer being looked up. */
async function settle(ip: string, userAgent?: string): Promise<string> {
  for (let n = 0; n < 40; n++) {
    await claim(ip, userAgent)
    await expect.poll(() => lastOf(ip)).not.toBe('passed, nobody')
    if (!lastOf(ip).endsWith('pending')) return lastOf(ip)
    await pause(25)
  }
  return lastOf(ip)
}

describe('the object that remembers solved challenges', () => {
  async function solveTwice(headers: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const { form } = solvePage(await visit('/asked', headers))
    const replies = [await redeem(edge.url, form, headers), await redeem(edge.url, form, headers)]
    return replies.map((reply) => `${reply.status} ${cookieOf(reply).life}`)
  }

  test('gives six hours once when it is there', async () => {
    expect(await solveTwice({})).toEqual(['204 21600', '403 0'])
  })

  test.each<[string, Surroundings, Record<string, string>]>([
    ['fails', { objects: 'down' }, {}],
    ['hangs', { objects: 'hanging' }, {}],
    ['is not bound', {}, { bare: '1' }],
  ])('gives five minutes when it %s', async (_, surroundings, headers) => {
    await edge.set(surroundings)
    expect((await solveTwice(headers))[0]).toBe('204 300')
  })

  test('lets in for these five minutes and no longer', async () => {
    await edge.set({ objects: 'down' })
    const { form } = solvePage(await visit('/asked'))
    const { cookie } = cookieOf(await redeem(edge.url, form))
    const statuses: unknown[] = []
    for (const ahead of [0, 200 * SECONDS, 295 * SECONDS, 301 * SECONDS]) {
      await edge.set({ ahead })
      const reply = await visit('/asked', { cookie })
      statuses.push([reply.status, cookieOf(reply).life])
    }
    expect(statuses).toEqual([
      [200, 0],
      [200, 0],
      [200, 0],
      [403, 0],
    ])
  })
})

describe('the resolver', () => {
  test('says who is Googlebot and who is not while it answers', async () => {
    const [ip, other] = [newAddress(), newAddress()]
    const name = 'crawl-1.googlebot.com'
    const reverse = `${ip.split('.').reverse().join('.')}.in-addr.arpa`
    const answer = {
      Status: 0,
      Answer: [
        { name: reverse, type: 12, data: `${name}.` },
        { name, type: 1, data: ip },
      ],
    }
    await edge.set({ hosts: { [RESOLVER]: JSON.stringify(answer) as `{${string}` } })
    expect([await settle(ip), await settle(other)]).toEqual(['passed, verified', 'bots.spoofed, spoofed'])
    // Who was confirmed stays so when it is down.
    await edge.set({ hosts: { [RESOLVER]: 'down' }, ahead: 22 * 60 * MINUTE })
    expect(await settle(ip)).toBe('passed, verified')
  })

  test.each<Surroundings['hosts'] & object>([
    { [RESOLVER]: 'down' },
    { [RESOLVER]: 'hanging' },
    { [RESOLVER]: 'garbage' },
    { [RESOLVER]: '{"Status":2}' },
  ])('accuses nobody and lets nobody pass as verified: %o', async (hosts) => {
    const ip = newAddress()
    await edge.set({ hosts })
    expect(await settle(ip)).toBe('bots.crawler.search-engine, unverifiable')
    // It is asked again after a minute.
    await edge.set({ hosts: { [RESOLVER]: '{"Status":3}' }, ahead: 61 * SECONDS })
    expect(await settle(ip)).toBe('bots.spoofed, spoofed')
  })
})

describe('KV', () => {
  async function put(secret: Uint8Array): Promise<void> {
    const range = parsePrefix('203.0.113.0/24')
    if (!range.ok) throw new Error('no prefix')
    const now = Math.floor(Date.now() / SECONDS)
    const entry = { fetched: now, checked: now, count: 1 }
    const value = await createStoredCodec(secret).encode({
      index: {
        version: 1,
        written: now,
        sources: [{ id: 'openai-gptbot', url: 'https://openai.com/gptbot.json', ...entry }],
        directories: [],
      },
      sets: new Map([['openai-gptbot', buildPrefixSet([{ prefix: range.prefix, value: 1 }])]]),
    })
    await (await edge.kv()).put('bots/data', value)
  }
  const health = async (): Promise<{ store: string }> => {
    const reply = await visit('/.sallyport/health')
    const { bots } = JSON.parse(reply.text)
    return bots
  }
  const look = async (state: Surroundings): Promise<void> => {
    await edge.set(state)
    await visit('/')
    await pause(30)
  }

  test('that is down, forged, or garbage changes nothing, and is asked again', async () => {
    const own = await importEdgeKeys(keys.edge)
    if (!own.ok) throw new Error(own.problem)
    const seen: unknown[] = []
    const see = async (): Promise<void> => {
      await claim('203.0.113.7', GPTBOT)
      await expect.poll(() => lastOf('203.0.113.7')).not.toBe('passed, nobody')
      seen.push([(await health()).store, lastOf('203.0.113.7')])
    }
    let ahead = 30 * 60 * MINUTE
    await put(new Uint8Array(16).fill(9))
    await look({ ahead })
    await see()
    ahead += 11 * MINUTE
    await look({ ahead, kv: 'garbage' })
    await see()
    ahead += 11 * MINUTE
    await look({ ahead, kv: 'down' })
    await see()
    // Another look a minute later, by which it is well.
    await put(own.keys.counterSecret)
    ahead += MINUTE + SECONDS
    await look({ ahead })
    await see()
    ahead += 11 * MINUTE
    await look({ ahead, kv: 'down' })
    await see()
    const unverifiable = 'bots.crawler.ai-train, unverifiable'
    const verified = 'bots.crawler.ai-train, verified'
    expect(seen).toEqual([
      ['bad-mac', unverifiable],
      ['bad-mac', unverifiable],
      ['failed', unverifiable],
      ['good', verified],
      ['failed', verified],
    ])
  })

  test('that hangs keeps nobody waiting', async () => {
    await edge.set({ kv: 'hanging', ahead: 34 * 60 * MINUTE })
    expect((await visit('/')).status).toBe(200)
    expect((await visit('/')).status).toBe(200)
  })
})

describe('Turnstile', () => {
  const solve = async (page: Reply): Promise<Reply> => redeem(edge.url, solvePage(page).form)
  let ahead = 0

  test.each<Surroundings['hosts'] & object>([
    { [TURNSTILE]: 'down' },
    { [TURNSTILE]: 'hanging' },
    { [TURNSTILE]: 'garbage' },
  ])('lets nobody in, and the hardest work stands for it for a minute: %o', async (hosts) => {
    ahead += 10 * MINUTE
    await edge.set({ hosts, ahead })
    const page = await visit('/hard')
    expect(solvePage(page).method).toBe('turnstile')
    const refused = await solve(page)
    expect([refused.status, JSON.parse(refused.text).code, refused.headers['set-cookie']]).toEqual([
      503,
      'unavailable',
      undefined,
    ])
    const instead = await visit('/hard')
    expect(solvePage(instead)).toMatchObject({ method: 'proof', bits: 9 })
    const { cookie } = cookieOf(await solve(instead))
    expect((await visit('/hard', { cookie })).status).toBe(200)
    await edge.set({ hosts, ahead: ahead + 61 * SECONDS })
    expect(solvePage(await visit('/hard')).method).toBe('turnstile')
  })

  test('decides when it is there', async () => {
    ahead += 10 * MINUTE
    await edge.set({
      hosts: { [TURNSTILE]: '{"success":false,"error-codes":["timeout-or-duplicate"]}' },
      ahead,
    })
    expect((await solve(await visit('/hard'))).status).toBe(403)
    const page = await visit('/hard')
    const good = { success: true, hostname: '127.0.0.1', action: 'sallyport', cdata: solvePage(page).token }
    await edge.set({ hosts: { [TURNSTILE]: JSON.stringify(good) as `{${string}` }, ahead })
    expect((await solve(page)).status).toBe(204)
  })
})

describe("the origin's robots.txt", () => {
  const robots = async (ahead: number): Promise<string> => {
    await edge.set({ ahead })
    const reply = await ask(edge.url, { target: '/robots.txt' })
    const has = (text: string): boolean => reply.text.includes(text)
    return `${reply.status} ${has('/theirs') ? 'theirs ' : ''}${has('GPTBot') ? 'ours' : ''}`.trim()
  }

  test('that cannot be had is no file that opens everything, and the last one stays for a day', async () => {
    const hour = 60 * MINUTE
    const start = 48 * hour
    const seen: string[] = []
    origin.on('/robots.txt', (_, response) => response.writeHead(503).end())
    seen.push(await robots(start))
    origin.on('/robots.txt', (request) => request.socket.destroy())
    seen.push(await robots(start + MINUTE))
    origin.on('/robots.txt', () => {})
    seen.push(await robots(start + 2 * MINUTE))
    origin.on('/robots.txt', (_, response) => response.end('User-agent: *\nDisallow: /theirs\n'))
    seen.push(await robots(start + 3 * MINUTE))
    origin.on('/robots.txt', (_, response) => response.writeHead(500).end())
    seen.push(await robots(start + hour), await robots(start + 25 * hour))
    origin.on('/robots.txt', (_, response) => response.writeHead(404).end())
    seen.push(await robots(start + 26 * hour))
    origin.on('/robots.txt', (_, response) => response.end('<html>'))
    seen.push(await robots(start + 27 * hour))
    expect(seen).toEqual([
      '503',
      '503',
      '503',
      '200 theirs ours',
      '200 theirs ours',
      '503',
      '200 ours',
      '200 ours',
    ])
  })
})

describe('everything at once', () => {
  test('neither lets all pass nor stops all', async () => {
    const away = { [RESOLVER]: 'hanging', [TURNSTILE]: 'down' } as const
    await edge.set({ objects: 'down', kv: 'down', hosts: away, ahead: 100 * 60 * MINUTE })
    const of = async (headers: Record<string, string>): Promise<number> =>
      (await ask(edge.url, { headers })).status
    expect((await visit('/')).status).toBe(200)
    expect(await of({ 'user-agent': 'curl/8.0' })).toBe(403)
    expect(await of({ 'user-agent': GPTBOT })).toBe(403)
    expect(await of({ 'user-agent': 'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)' })).toBe(
      200,
    )
    expect(await settle(newAddress())).toBe('bots.crawler.search-engine, unverifiable')
  })
})
