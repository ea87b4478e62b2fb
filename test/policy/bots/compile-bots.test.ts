import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { isBotsModel } from '../../../src/bundle/bots-shape.ts'
import { openBundle } from '../../../src/bundle/bundle.ts'
import { DEFAULT_CHALLENGE } from '../../../src/bundle/default-challenge.ts'
import type { PolicyModel } from '../../../src/bundle/model.ts'
import { BOT_SIGNALS, DEFAULT_BANDS } from '../../../src/http/bot-signals.ts'
import { RELAY_ASNS } from '../../../src/policy/bots/asn-classes.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'
import type { PolicyFiles } from '../../../src/policy/problem.ts'

const ROUTES = `
routes:
  - {id: site, hosts: [app.example], path: /, forward: {origin: http://origin.example}}
  - {id: rooms, hosts: [app.example], path: /reading-room/rooms, respond: {status: 204}}
`
const TODAY = new Date().toISOString().slice(0, 10)
const RANGES = `# source: https://example\n# fetched: ${TODAY}\n192.178.4.0/27\n2001:4860:4801:10::/64\n`

function load(bots: string | undefined, more: Readonly<Record<string, string>> = {}) {
  const files: PolicyFiles = new Map(
    Object.entries({
      'routes/site.yaml': ROUTES,
      ...(bots === undefined ? {} : { 'bots.yaml': bots }),
      ...more,
    }),
  )
  return loadPolicy(files)
}

async function compile(bots: string, more: Readonly<Record<string, string>> = {}) {
  const result = await load(bots, more)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const model = result.model.bots
  if (!model) throw new Error('no stage')
  return { ...result, bots: model }
}

/** What is wrong, as one line each. */
async function problemsOf(bots: string, more: Readonly<Record<string, string>> = {}) {
  const result = await load(bots, more)
  const found = result.ok ? [] : result.problems
  return found.map(({ file, line, path, message, fix }) => `${file}:${line} ${path}: ${message}. ${fix}`)
}

const shipped = readFileSync(new URL('../../../rules/bots.yaml', import.meta.url), 'utf8')

describe('a policy without bots.yaml', () => {
  it('has no such stage, no part and no limits of it', async () => {
    const result = await load(undefined)
    if (!result.ok) throw new Error('the policy is sound')
    expect(result.model).not.toHaveProperty('bots')
    expect([...result.parts.keys()]).toEqual(['policy.json'])
    expect(result.model.limits).toEqual([])
  })

  it('has no use for the folder bots/', async () => {
    const result = await load(undefined, { 'bots/ranges/googlebot.txt': RANGES })
    expect(result).toMatchObject({
      ok: true,
      warnings: [{ message: 'Nothing reads the folder bots/ without bots.yaml' }],
    })
  })

  it('cannot expect rules of the stage in its tests', async () => {
    const tests = 'tests:\n  - {name: a, request: /, expect: {action: block, rule: bots.score}}\n'
    const result = await load(undefined, { 'tests/a.yaml': tests })
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'There is no rule "bots.score"' }] })
  })
})

describe('what is left out', () => {
  it('is as the shipped file says, which holds the defaults', async () => {
    const { bots, model } = await compile(shipped)
    const empty = await compile('')
    expect(bots).toEqual(empty.bots)
    expect(model.limits).toEqual(empty.model.limits)
  })

  it('begins in log mode, with every signal, and denies nobody for a score', async () => {
    const { bots, model } = await compile('')
    expect(bots.mode).toBe('log')
    expect(bots.signals).toEqual(Object.fromEntries(BOT_SIGNALS.map(({ id, weight }) => [id, weight])))
    expect(bots.bands).toEqual(DEFAULT_BANDS)
    expect(bots.verification).toMatchObject({ spoofed: 'proof-of-work', pending: 'none', platform: true })
    expect(bots.labyrinth).toMatchObject({ mode: 'off', link: false })
    // What rules ask for in a policy without the file is the same challenge.
    expect(bots.challenge).toEqual(DEFAULT_CHALLENGE)
    expect(model.limits.every(({ mode }) => mode === 'log')).toBe(true)
    expect(bots.asns.relay).toEqual(expect.arrayContaining([RELAY_ASNS[0]?.asn]))
  })

  it('lets nobody in for a name alone', async () => {
    const { bots } = await compile('')
    const actions = Object.values(bots.crawlers.classes).map(({ action }) => action)
    expect(actions).not.toContain('allow')
    expect(actions).toHaveLength(18)
  })

  it('trusts the hosts that known agents sign with', async () => {
    const { bots } = await compile('')
    expect(bots.verification.web_bot_auth.hosts).toContain('https://chatgpt.com')
  })
})

const FULL = `
mode: enforce
identity:
  agents:
    - name: Example Monitor
      pattern: ExampleMonitor/
      class: monitoring
      operator: Example
      robots: ExampleMonitor
      verify: {signature: [https://monitor.example], ranges: [googlebot], dns: [.monitor.example]}
verification:
  web_bot_auth: {mode: log, hosts: [https://chatgpt.com], max_age: 1m, skew: 0s}
  platform: false
  ranges: {max_age: 1d}
  dns: {mode: off, resolver: https://dns.example/dns-query}
  spoofed: deny
  pending: wait
signals: {network-hosting: 0, headless: 70}
bands:
  - {name: fine, from: 0, level: none}
  - {name: odd, from: 40, level: interactive}
  - {name: certain, from: 90, level: deny}
asns: {hosting: [AS64500, 64501], relay: [lists/relays.txt], shipped: false}
tls: [T13D1516H2_8DAAF6152771_E5627EFA2AB1, e7d705a3286e19ea42f587b344ee6865]
challenge:
  status: 429
  wait: 1s
  bits: {least: 8, most: 22}
  provider: {kind: turnstile, sitekey: "0x4AAA"}
  life: {wait: 1m, proof: 30d, interactive: 30d}
  max_life: 30d
  same_site: none
  exempt: [/hooks, {exact: /api}]
  template: bots/challenge.html
crawlers:
  classes:
    ai-train: {action: price, price: USD 0.01, paths: [{path: /free, action: allow}]}
    seo: rate
    scanner: labyrinth
  agents:
    GPTBot: allow
    Example Monitor: {action: rate, rate: {requests: 5, period: 10s}}
  robots: replace
  tokens: {Google-Extended: allow, Other-Token: deny}
  signals: {search: yes, ai-train: no}
labyrinth: {mode: enforce, path: /maze/, link: true, threshold: 3}
`
const TEMPLATE =
  '<!doctype html><html lang="{{lang}}" dir="{{dir}}"><head><title>{{title}}</title></head><body><main>{{challenge}}</main></body></html>'
const FULL_FILES = {
  'lists/relays.txt': '# kind: asn\nAS64501\n64502\n',
  'bots/challenge.html': TEMPLATE,
  'bots/ranges/googlebot.txt': RANGES,
}

describe('a file with one of everything', async () => {
  const { bots, model, bundle, parts, warnings } = await compile(FULL, FULL_FILES)

  it('compiles without a word', () => {
    expect(warnings).toEqual([])
  })

  it('says what was written', () => {
    expect(bots).toMatchObject({
      mode: 'enforce',
      verification: {
        web_bot_auth: {
          mode: 'log',
          hosts: ['https://chatgpt.com', 'https://monitor.example'],
          max_age: 60,
          skew: 0,
        },
        platform: false,
        ranges_max_age: 86_400,
        dns: { mode: 'off', resolver: 'https://dns.example/dns-query' },
        spoofed: 'deny',
        pending: 'wait',
      },
      signals: { 'network-hosting': 0, headless: 70 },
      bands: [
        { name: 'fine', from: 0, step: 'none' },
        { name: 'odd', from: 40, step: 'interactive' },
        { name: 'certain', from: 90, step: 'deny' },
      ],
      tls: ['t13d1516h2_8daaf6152771_e5627efa2ab1', 'e7d705a3286e19ea42f587b344ee6865'],
      challenge: {
        status: 429,
        wait: 1,
        bits: { least: 8, most: 22 },
        provider: { kind: 'turnstile', sitekey: '0x4AAA' },
        exempt: [
          { kind: 'prefix', value: '/hooks' },
          { kind: 'exact', value: '/api' },
        ],
        template: TEMPLATE,
      },
      labyrinth: { mode: 'enforce', path: '/maze/', link: true, threshold: 3 },
    })
  })

  it('has terms, with the usual rate where none is written', () => {
    const { classes, agents, tokens, signals } = bots.crawlers
    expect(classes['ai-train']).toEqual({
      action: 'price',
      price: 'USD 0.01',
      paths: [{ action: 'allow', path: { kind: 'prefix', value: '/free' } }],
    })
    expect(classes.seo).toEqual({ action: 'rate', rate: { requests: 60, period: 60 }, paths: [] })
    expect(agents.GPTBot).toEqual({ action: 'allow', paths: [] })
    // Who may train for a price has not refused it.
    expect(tokens).toEqual({
      'Applebot-Extended': 'allow',
      'Google-Extended': 'allow',
      'Other-Token': 'deny',
    })
    expect(signals).toEqual({ search: 'yes', 'ai-train': 'no' })
  })

  it('takes a network that is both for a relay, as people are behind it', () => {
    expect(bots.asns).toEqual({
      hosting: [64_500, 64_501].filter((asn) => asn !== 64_501),
      relay: [64_501, 64_502],
    })
  })

  it('counts what it rates, and only that', () => {
    const ids = model.limits.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['bots-seo', 'bots-agent-example-monitor']))
    expect(ids).not.toContain('bots-ai-train')
    expect(model.limits.every(({ mode }) => mode === 'enforce')).toBe(true)
  })

  it('is a bundle whose parts are all there', () => {
    const open = openBundle(bundle.buffer)
    expect(open.model.bots).toEqual(bots)
    expect(open.part(bots.agents).length).toBe(parts.get('bots/agents')?.length)
    const google = bots.ranges.find(({ id }) => id === 'googlebot')
    expect(google?.snapshot).toMatchObject({ part: 'bots/ranges/googlebot', count: 2 })
    expect(open.prefixSet('bots/ranges/googlebot')).toBeDefined()
    expect(() => open.part('policy.json')).toThrow('no part')
  })

  it('has the shape that a reader takes', () => {
    expect(isBotsModel(JSON.parse(JSON.stringify(bots)))).toBe(true)
  })
})

test('limits of crawlers act no more strongly than the stage', async () => {
  const settings = 'stages: {bots: log}\n'
  const { model } = await compile('mode: enforce\n', { 'settings.yaml': settings })
  expect(model.settings.stages.bots).toBe('log')
  expect(model.limits.length).toBeGreaterThan(0)
  expect(model.limits.every(({ mode }) => mode === 'log')).toBe(true)
})

test('the same files give the same bytes', async () => {
  const [one, two] = await Promise.all([compile(shipped), compile(shipped)])
  expect(Buffer.from(one.bundle).equals(Buffer.from(two.bundle))).toBe(true)
})

describe('mistakes', () => {
  it.each([
    [
      'signals: {headles: 1}',
      'bots.yaml:1 signals.headles: There is no signal "headles". Did you mean headless?',
    ],
    ['signals: {headless: 101}', 'signals.headless: headless must be at most 100'],
    ['bands:\n  - {name: a, from: 5, level: none}', 'bands[0].from: The first band begins at 5'],
    [
      'bands:\n  - {name: a, from: 0, level: none}\n  - {name: b, from: 0, level: wait}',
      'bots.yaml:3 bands[1].from: The band b begins at 0, and the one before at 0. List bands from the lowest',
    ],
    [
      'bands:\n  - {name: a, from: 0, level: none}\n  - {name: a, from: 9, level: wait}',
      'There are two bands "a"',
    ],
    [
      'bands: [{name: a, from: 0, level: none}, {name: b, from: 70, level: deny}]',
      'The signal headless-disguised weighs 75, which alone is in the band b that denies. Write a weight below 70 or a band from 76: nobody is denied for one signal.',
    ],
    [
      'signals: {headless: 95}\nbands: [{name: a, from: 0, level: none}, {name: b, from: 90, level: deny}]',
      'bots.yaml:1 signals.headless: The signal headless weighs 95',
    ],
    ['crawlers: {classes: {ai-trian: deny}}', 'There is no "ai-trian" here. Did you mean ai-train?'],
    ['crawlers: {classes: {seo: denied}}', 'crawlers.classes.seo: "denied" is no action. Known here: allow'],
    [
      'crawlers: {agents: {GPTbot: deny}}',
      'crawlers.agents.GPTbot: There is no agent "GPTbot". Did you mean GPTBot? `sallyport bots agents` lists all',
    ],
    [
      'crawlers: {classes: {seo: {action: price}}}',
      'There is no price. Write {action: price, price: USD 0.01}',
    ],
    ['crawlers: {classes: {seo: {action: price, price: 1 cent}}}', '"1 cent" is not a price'],
    ['crawlers: {classes: {seo: {action: price, price: USD 0.00}}}', '"USD 0.00" is not a price'],
    ['crawlers: {classes: {seo: {action: deny, price: USD 1}}}', 'The action is deny, not price'],
    ['crawlers: {classes: {seo: {action: deny, rate: {}}}}', 'The action is deny, not rate'],
    [
      'crawlers: {classes: {seo: {action: deny, paths: [{path: /a, action: allow}, {path: /a, action: deny}]}}}',
      'crawlers.classes.seo.paths[1].path: There are two terms for "/a"',
    ],
    [
      'crawlers: {classes: {seo: {action: deny, paths: [{path: a, action: allow}]}}}',
      'The path "a" does not start with /',
    ],
    [
      'crawlers: {classes: {seo: {action: deny, paths: [{path: /a, action: allow}, {path: /a/, action: deny}]}}}',
      'crawlers.classes.seo.paths[1].path: There are two terms for "/a/"',
    ],
    [
      "crawlers: {classes: {seo: {action: deny, paths: [{path: '/a/*', action: allow}]}}}",
      'crawlers.classes.seo.paths[0].path: The path "/a/*" has a *. Leave out the *',
    ],
    [
      'crawlers: {agents: {GPTBot: {action: deny, paths: [{path: {exact: /a$}, action: allow}]}}}',
      'The path "/a$" has a $, which robots.txt cannot say. Write {exact: /a}',
    ],
    ['crawlers: {classes: {seo: labyrinth}}', 'The action of seo is labyrinth, and the labyrinth is off'],
    ['crawlers: {tokens: {Google Extended: deny}}', '"Google Extended" is not a product token'],
    ['labyrinth: {link: true}', 'The link leads into a labyrinth that is off'],
    ['labyrinth: {path: /maze}', '"/maze" is not the path of a maze'],
    ['labyrinth: {path: /../}', '"/../" is not the path of a maze'],
    [
      'verification: {web_bot_auth: {hosts: [http://a.example]}}',
      '"http://a.example" is not https on its own port',
    ],
    ['verification: {web_bot_auth: {hosts: ["https://a.example:8443"]}}', 'is not https on its own port'],
    ['verification: {web_bot_auth: {hosts: [https://a.example/keys]}}', 'has a path'],
    ['verification: {web_bot_auth: {hosts: ["https://127.0.0.1"]}}', 'names no public host'],
    ['verification: {web_bot_auth: {hosts: ["https://localhost"]}}', 'names no public host'],
    ['verification: {dns: {resolver: http://dns.example}}', 'This URL is not https'],
    ['verification: {spoofed: block}', 'spoofed cannot be "block"'],
    ['asns: {hosting: [AS0]}', 'asns.hosting[0]: "AS0" is not an autonomous system number'],
    ['asns: {hosting: [lists/none.txt]}', 'There is no list "lists/none.txt"'],
    ['tls: [abc]', '"abc" is not the hash of a TLS handshake'],
    ['challenge: {provider: {kind: turnstile}}', 'sitekey is missing'],
    [
      'challenge: {bits: {least: 20}}',
      'The easiest puzzle (least: 20) is harder than the hardest (most: 16)',
    ],
    [
      'challenge: {life: {proof: 8d}}',
      'A clearance of 8d is longer than it may live with all renewals (max_life: 7d)',
    ],
    ['challenge: {template: page.html}', '"page.html" is not a file of the folder bots/'],
    ['challenge: {template: bots/page.html}', 'There is no file "bots/page.html"'],
    [
      'identity: {ignore: [Googlebott]}',
      'identity.ignore[0]: There is no agent "Googlebott". Did you mean Googlebot?',
    ],
    ['identity: {agents: [{name: A, pattern: ab, class: other}]}', '"ab" is not a text to look for'],
    [
      'identity: {agents: [{name: A, pattern: abc, class: other, verify: {ranges: [gogglebot]}}]}',
      'There is no list of ranges "gogglebot". Did you mean googlebot?',
    ],
    [
      'identity: {agents: [{name: A, pattern: abc, class: other, verify: {dns: [.com]}}]}',
      '".com" is not the end of a host name',
    ],
  ])('%s', async (text, expected) => {
    expect((await problemsOf(text)).join('\n')).toContain(expected)
  })

  it('stand at their place in files beside bots.yaml', async () => {
    const files = { 'bots/challenge.html': '<p>{{challenge}}' }
    const [problem = ''] = await problemsOf('challenge: {template: bots/challenge.html}', files)
    expect(problem).toContain('bots/challenge.html:1 : The page must begin with <!doctype html>. See docs')
  })

  it('are ids of limits that crawlers have', async () => {
    const limit =
      'limits:\n  - {id: bots-seo, characteristics: [ip.src], period: 1m, requests_per_period: 9}\n'
    const [problem = ''] = await problemsOf('', { 'limits.yaml': limit })
    expect(problem).toContain(
      'limits.yaml:2 limits[0].id: The id bots-seo is that of a limit which comes from',
    )
  })
})

describe('warnings', () => {
  async function warningsOf(bots: string, more: Readonly<Record<string, string>> = {}) {
    const { warnings } = await compile(bots, more)
    return warnings.map(({ file, line, message }) => `${file}:${line} ${message}`)
  }

  it('tell of a maze that hides a route', async () => {
    expect(await warningsOf('labyrinth: {mode: log}')).toEqual([
      'bots.yaml:1 The labyrinth hides the route rooms, which has the path /reading-room/rooms',
    ])
  })

  it('tell of a class that is to go into a maze which is only looked at', async () => {
    const text = 'crawlers: {classes: {seo: labyrinth}}\nlabyrinth: {mode: log, path: /maze/}'
    expect(await warningsOf(text)).toEqual([
      'bots.yaml:1 The action of seo is labyrinth, and the labyrinth is in mode log: they get 403',
    ])
  })

  it('tell of agents with one name in robots.txt and different terms', async () => {
    const text = 'crawlers:\n  agents:\n    Baiduspider-render: deny\n'
    expect(await warningsOf(text)).toEqual([
      expect.stringContaining('bots.yaml:3 Baiduspider and Baiduspider-render have different terms'),
    ])
    expect(await warningsOf(`${text}    Baiduspider: deny\n`)).toEqual([])
  })

  it('tell of pages that nothing names, and of status 200', async () => {
    expect(await warningsOf('challenge: {status: 200}', { 'bots/old.html': '<p>' })).toEqual([
      expect.stringContaining('A challenge that is answered with 200'),
      'bots/old.html:1 Nothing names this page',
    ])
  })
})

test('a skip may leave out the stage, by the name that Cloudflare has for it', async () => {
  const custom =
    'rules:\n  - {id: friends, expression: ssl, action: skip, skip: {phases: [http_request_sbfm]}}\n'
  const result = await load('', { 'custom.yaml': custom })
  const rules: PolicyModel['rules'] = result.ok ? result.model.rules : []
  expect(rules[0]?.action).toMatchObject({ kind: 'skip', phases: ['http_request_sbfm'] })
})
