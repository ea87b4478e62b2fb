import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { NAVIGATION } from './bots-edge.ts'
import { type Ask, ask, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

/** Mode log: nobody notices. Everything else of the policy is on and as strict as can be. */
const BOTS = `mode: log
verification: { spoofed: deny, pending: interactive, dns: { mode: 'off' } }
bands:
  - { name: fine, from: 0, level: none }
  - { name: odd, from: 10, level: interactive }
crawlers:
  classes: { ai-train: deny, seo: labyrinth, search-engine: { action: price, price: USD 1 }, http-library: deny, monitoring: { action: rate, rate: { requests: 1, period: 1m } } }
  signals: { search: yes, ai-train: no }
labyrinth: { mode: enforce, link: true }
`
const RULES = `rules:
  - { id: asked, expression: 'starts_with(http.request.uri.path, "/asked")', action: managed_challenge }
`
const REQUESTS = Number(process.env.SALLYPORT_LOG_REQUESTS ?? 60)

let origin: ScriptedOrigin
let edges: readonly OpenEdge[] = []
beforeAll(async () => {
  origin = await openOrigin()
  const html = '<!doctype html><html><body><p>at home</p></body></html>'
  origin.on('/', (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', etag: '"a"', 'set-cookie': 'own=1' }).end(html),
  )
  origin.on('/robots.txt', (_, response) => response.end('User-agent: *\nDisallow: /x\n'))
  origin.on('/reading-room/', (_, response) => response.writeHead(404).end('none of that'))
  const keys = createLocalKeys()
  const files = { 'routes/a.yaml': siteRoute(origin.url), 'custom.yaml': RULES }
  edges = await Promise.all(
    [files, { ...files, 'bots.yaml': BOTS }].map((policy) => openEdge({ files: policy, keys })),
  )
})
afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.stop()))
  await origin.close()
})

const AGENTS = [
  NAVIGATION['user-agent'] ?? '',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)',
  'curl/8.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/148.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  `Mozilla/5.0 ${'x'.repeat(1200)}`,
  '',
]
const PATHS = [
  '/',
  '/',
  '/robots.txt',
  '/reading-room/',
  '/reading-room/a/b',
  '/asked',
  '/a?b=c',
  '/favicon.ico',
  '/.well-known/x',
  '/.sallyport/challenge',
  '/.sallyport/challenge?level=3',
  '/.sallyport/challenge.js',
]
/** Someone with a score who asks for the page by itself. */
const EMBED: Ask = {
  target: '/.sallyport/challenge',
  headers: { ...NAVIGATION, 'accept-language': '*', 'user-agent': AGENTS[6] ?? '' },
}
const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS']
const FIELDS: readonly (readonly [string, string])[] = [
  ...Object.entries(NAVIGATION).filter(([name]) => name !== 'user-agent'),
  ['accept-language', '*'],
  ['sec-fetch-dest', 'image'],
  ['sec-ch-ua', '"Chromium";v="99"'],
  ['cookie', 'sallyport-clearance=AAAA; a=b'],
  ['signature-agent', '"https://chatgpt.com"'],
  ['signature-input', 'sig1=("@authority");created=1;keyid="x";tag="web-bot-auth"'],
  ['signature', 'sig1=:AAAA:'],
  ['crawler-exact-price', 'USD 1'],
  ['crawler-max-price', 'USD 1'],
  ['if-none-match', '"a"'],
  ['range', 'bytes=0-3'],
]

/** The same at each run: a small generator of numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function drawRequest(random: () => number): Ask {
  const one = (of: readonly string[]): string => of[Math.floor(random() * of.length)] ?? ''
  const share = random()
  const agent = one(AGENTS)
  return {
    method: one(METHODS),
    target: one(PATHS),
    headers: {
      ...(agent === '' ? {} : { 'user-agent': agent }),
      ...Object.fromEntries(FIELDS.filter(() => random() < share)),
      'sallyport-simulate': `ip=198.51.100.${Math.floor(random() * 8)}; asn=${random() < 0.5 ? 16_509 : 3320}; ${random() < 0.3 ? 'score=1' : ''}`,
    },
  }
}

/** All that a client sees, but for what is drawn anew for each request. */
function seen({ status, rawHeaders, text }: Reply): unknown {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), rawHeaders[i + 1]]]))
  const kept = pairs.filter(([name]) => name !== 'sallyport-request-id' && name !== 'date')
  return [status, JSON.stringify(kept).replace(DRAWN, '_'), text.replace(DRAWN, '_')]
}

/** Request ids, tokens, nonces. */
const DRAWN =
  /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9_-]{96}|(?<=nonce[-=]"?)[A-Za-z0-9_-]{22}/g

test('nobody can tell mode log from a policy without bots.yaml', async () => {
  const random = createRandom(6)
  const kinds = new Set<string>()
  for (let n = 0; n < REQUESTS; n++) {
    const request = n === 0 ? EMBED : drawRequest(random)
    const [without, logging] = await Promise.all(edges.map(({ url }) => ask(url, request)))
    if (!without || !logging) throw new Error('two edges')
    expect([request, seen(logging)]).toEqual([request, seen(without)])
    kinds.add(`${without.status}`)
  }
  expect([...kinds].sort()).toEqual(expect.arrayContaining(['200', '403', '404']))
  // It was not for want of anything to say.
  const rules = edges[1]?.log.records().flatMap(({ logged }) => (logged as string[] | undefined) ?? [])
  expect(new Set(rules).size).toBeGreaterThan(3)
})
