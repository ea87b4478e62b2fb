import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { createMazeVisits } from '../../src/ingress/bots/labyrinth/maze-visits.ts'
import { createRangeBook } from '../../src/ingress/bots/ranges/range-book.ts'
import { createTlsMemory } from '../../src/ingress/bots/signals/learn-tls.ts'
import { createKeyDirectory } from '../../src/ingress/bots/web-bot-auth/key-directory.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { localShards } from '../../src/ingress/limits/local-shards.ts'
import { decide } from '../../src/pipeline/decide.ts'
import { linkPolicy } from '../../src/pipeline/stages.ts'
import { createFacts } from '../http/facts.ts'
import { compile, siteRoute } from '../worker/open-edge.ts'

const RUNS = Number(process.env.SALLYPORT_FUZZ ?? 2000)
const NOW = 1_795_000_000_000
const BOTS = `mode: enforce
crawlers: { classes: { search-engine: { action: price, price: USD 1 }, seo: labyrinth } }
labyrinth: { mode: enforce, link: true }
`

const NAMES = [
  ...['user-agent', 'accept', 'accept-language', 'accept-encoding', 'cookie', 'referer', 'origin', 'upgrade'],
  ...[
    'sec-ch-ua',
    'sec-ch-ua-mobile',
    'sec-ch-ua-platform',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ],
  ...[
    'sec-fetch-user',
    'sec-purpose',
    'signature',
    'signature-input',
    'signature-agent',
    'crawler-exact-price',
  ],
  ...['crawler-max-price', 'cf-worker', 'access-control-request-method', 'content-type', 'range'],
]
/** What means something, for programs to be led far into the stage. */
const WORDS = [
  ...[
    'Mozilla/5.0 ',
    '(',
    ')',
    ';',
    '"',
    '=',
    ':',
    ',',
    '?1',
    '?0',
    '\\',
    ' ',
    '-',
    '.',
    '148',
    '/',
    '%00',
    '*',
    '\u00ff',
  ],
  ...[
    'AppleWebKit/537.36 (KHTML, like Gecko) ',
    'Chrome/148.0.0.0 ',
    'Safari/537.36',
    'Googlebot/2.1',
    'GPTBot',
  ],
  ...[
    'HeadlessChrome/',
    'AhrefsBot/7',
    'iPhone',
    'Version/17.0 ',
    'Firefox/140.0',
    '"Chromium";v="',
    'navigate',
    'document',
  ],
  ...[
    'sig1=("@authority" "signature-agent")',
    ';created=1795000000;expires=1795000100',
    ';keyid="x"',
    ';tag="web-bot-auth"',
  ],
  ...[
    'sig1=:AAAA:',
    '"https://chatgpt.com"',
    'USD 1',
    'same-origin',
    'https://',
    'sallyport-clearance=',
    'A'.repeat(84),
  ],
]
const value = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join('').trim())
const strange = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
  fc.constant([]),
)
const EDGE = [
  ...[
    'tlsVersion',
    'httpProtocol',
    'asn',
    'country',
    'clientAcceptEncoding',
    'verifiedBotCategory',
    'tlsClientCiphersSha1',
  ],
  ...['tlsClientExtensionsSha1', 'botManagement', 'tlsClientHelloLength'],
]

test('the stage bots decides whatever comes, and stumbles over nothing', async () => {
  const bundle = await compile({ 'routes/a.yaml': siteRoute('http://o.example'), 'bots.yaml': BOTS })
  const limiter = {
    ...{
      shards: localShards({ accounts: 64 }),
      shardCount: 1,
      exact: true,
      secret: new Uint8Array(16).fill(1),
    },
    ...{ timer: () => () => {}, isolate: 1, random: () => 0 },
  }
  const stages = linkPolicy(openBundle(Uint8Array.from(bundle).buffer), {
    limiter,
    bans: createBanTable(),
    bots: {
      open: ({ ranges, verification }, openSet) => ({
        ranges: createRangeBook(ranges, openSet, verification.ranges_max_age),
        keys: createKeyDirectory(verification.web_bot_auth.hosts),
        dns: { find: () => 'pending' },
      }),
      tls: createTlsMemory(),
      visits: createMazeVisits(),
    },
  })
  const request = fc.record({
    headers: fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 14 }),
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'),
    target: fc.constantFrom(
      '/',
      '/robots.txt',
      '/reading-room/',
      '/reading-room/a',
      '/.sallyport/challenge',
      '/a?b',
    ),
    address: fc.constantFrom('192.0.2.1', '2001:db8::1', '::1', '0.0.0.0'),
    edge: fc.dictionary(fc.constantFrom(...EDGE), strange),
    hasEdge: fc.boolean(),
  })
  const reached = new Set<string>()
  await fc.assert(
    fc.asyncProperty(request, async ({ headers, method, target, address, edge, hasEdge }) => {
      const botManagement = { score: edge.asn, ja4: edge.country, verifiedBot: edge.tlsVersion }
      const client = hasEdge ? { client: { edge: { botManagement, ...edge } } } : {}
      const facts = createFacts({ host: '127.0.0.1', headers, method, target, address, ...client })
      const { bot, terminal } = await decide(facts, stages, NOW)
      reached.add(terminal?.rule ?? 'passed')
      if (bot) expect(bot.score).toBeLessThanOrEqual(100)
    }),
    { numRuns: RUNS },
  )
  expect([...reached]).toEqual(expect.arrayContaining(['passed', 'bots.score', 'bots.crawler.ai-train']))
})
