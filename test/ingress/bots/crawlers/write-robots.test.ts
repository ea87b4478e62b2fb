import { describe, expect, test } from 'vitest'
import type { AgentModel } from '../../../../src/bundle/bots-model.ts'
import { writeRobots } from '../../../../src/ingress/bots/crawlers/write-robots.ts'
import { readWithOtherParser } from './other-parser.ts'
import { ALLOW, agent, type CrawlersModel, crawlersOf, DENY } from './policy-fixture.ts'

const AGENTS: readonly AgentModel[] = [
  agent('GPTBot', 'ai-train'),
  agent('CCBot', 'ai-train'),
  agent('Googlebot', 'search-engine'),
  agent('Sogou', 'search-engine', 'Sogou web spider'),
  agent('Quiet', 'ai-train', null),
]

const write = (model: CrawlersModel, origin?: string, maze?: string): string =>
  writeRobots(model, AGENTS, maze, origin)

/** The groups of a file, as their lines. */
const groups = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((group) => group.split('\n'))

const START = 'User-agent: CCBot\nUser-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /catalogue/\n\n'
const NO_TRAINING = crawlersOf({ 'ai-train': DENY })

describe('robots.txt', () => {
  test('names who is refused, and leaves the rest to everybody’s group, which is last', () => {
    expect(write(NO_TRAINING)).toBe(
      'User-agent: CCBot\nUser-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nAllow: /\n',
    )
  })

  test('names who is refused also where everybody is, as some crawlers take no notice of *', () => {
    const text = write(crawlersOf({ 'ai-train': DENY, other: DENY }))
    expect(groups(text)).toEqual([
      ['User-agent: CCBot', 'User-agent: GPTBot', 'Disallow: /'],
      ['User-agent: Googlebot', 'User-agent: Sogou web spider', 'Allow: /'],
      ['User-agent: *', 'Disallow: /'],
    ])
  })

  test('forbids the maze in each group, since a crawler reads one only', () => {
    const text = write(NO_TRAINING, 'User-agent: Googlebot\nDisallow: /cart\n', '/catalogue/')
    expect(groups(text)).toEqual([
      ['User-agent: CCBot', 'User-agent: GPTBot', 'Disallow: /'],
      ['User-agent: Googlebot', 'Disallow: /catalogue/', 'Disallow: /cart'],
      ['User-agent: *', 'Disallow: /catalogue/'],
    ])
  })

  test('does not let the origin’s own group open what is refused', () => {
    const origin = 'User-agent: gptbot/1.2\nUser-agent: Googlebot\nAllow: /\nDisallow: /private/\n'
    expect(groups(write(NO_TRAINING, origin))).toEqual([
      ['User-agent: CCBot', 'User-agent: GPTBot', 'Disallow: /'],
      ['User-agent: Googlebot', 'Disallow: /private/', 'Allow: /'],
      ['User-agent: *', 'Allow: /'],
    ])
  })

  test('gives a group of its own what everybody’s group of the origin says', () => {
    const policy = crawlersOf({
      'ai-train': { ...ALLOW, paths: [{ action: 'deny', path: { kind: 'prefix', value: '/art' } }] },
    })
    const text = write(policy, 'User-agent: *\nDisallow: /cart\nCrawl-delay: 3\n')
    expect(groups(text)[0]).toEqual([
      'User-agent: CCBot',
      'User-agent: GPTBot',
      'Crawl-delay: 3',
      'Disallow: /art/',
      'Disallow: /art$',
      'Disallow: /art?',
      'Disallow: /cart',
    ])
  })

  test('does not open for an agent what the origin closes', () => {
    const press = { action: 'allow', path: { kind: 'prefix', value: '/press' } } as const
    const policy = crawlersOf({ 'ai-train': { ...DENY, paths: [press] } })
    const origin = 'User-agent: *\nDisallow: /press/drafts\nDisallow: /*.pdf$\nDisallow: /*ss/in'
    const allowed = readWithOtherParser(write(policy, origin))
    const tried = [
      '/press/a',
      '/press/a.pdf',
      '/press/drafts/a',
      '/press/inside',
      '/press/pdf',
      '/press',
      '/x',
    ]
    expect(tried.map((path) => allowed('GPTBot', path))).toEqual([
      true,
      false,
      false,
      false,
      true,
      true,
      false,
    ])
    const closed = readWithOtherParser(write(policy, `${origin}\nDisallow: /pr`))
    expect(tried.filter((path) => closed('GPTBot', path))).toEqual([])
  })

  test('keeps sitemaps, other lines, and comments', () => {
    const origin =
      '# Hello\nSitemap: https://a.example/1.xml\nUser-agent: * # all\nDisallow: /x\n# Bye\nHost: a.example'
    expect(write(crawlersOf(), origin)).toBe(
      'User-agent: *\nDisallow: /x\n\nSitemap: https://a.example/1.xml\nHost: a.example\n\n# Hello\n# Bye\n',
    )
  })

  test('reads what a sitemap stands between as one group, and ends it at a line about its crawlers', () => {
    const origin =
      'User-agent: A\nSitemap: /s\nUser-agent: B\nDisallow: /b\n\nUser-agent: C\nCrawl-delay: 1\nUser-agent: D\nDisallow: /d'
    const text = write(crawlersOf(), origin)
    expect(text).toContain('User-agent: A\nUser-agent: B\nDisallow: /b')
    expect(text).toContain('User-agent: C\nCrawl-delay: 1\nAllow: /')
    expect(text).toContain('User-agent: D\nDisallow: /d')
  })

  test.each([
    ['a byte order mark', '\ufeffUser-agent: *\nDisallow: /x'],
    ['CR LF', 'User-agent: *\r\nDisallow: /x\r\n'],
    ['CR alone', 'User-agent: *\rDisallow: /x\r'],
    ['no colons', 'User-agent *\nDisallow /x'],
    ['spaces and capitals', '  USER-AGENT :  *  \n\tdisAllow:/x   # no'],
    ['a typing error that closes', 'useragent: *\nDissallow: /x'],
    ['bytes that are no text', 'User-agent: *\nDisallow: /x\n\u0000\u0001Allow: /\nAllow: /\u0007'],
    ['rules before any group', 'Disallow: /y\nUser-agent: *\nDisallow: /x'],
    ['empty rules, and ones that are no path', 'User-agent: *\nDisallow:\nAllow: http://a\nDisallow: /x'],
  ])('reads a file with %s', (_, origin) => {
    expect(groups(write(crawlersOf(), origin))[0]).toEqual(['User-agent: *', 'Disallow: /x'])
  })

  test('compares escapes by what they mean', () => {
    const policy = crawlersOf({
      other: { ...ALLOW, paths: [{ action: 'deny', path: { kind: 'prefix', value: '/~a' } }] },
    })
    const text = write(policy, 'User-agent: *\nAllow: /%7ea/b\nDisallow: /caf\u00e9/%2f\n')
    expect(groups(text).at(-1)).toEqual([
      'User-agent: *',
      'Disallow: /caf%C3%A9/%2F',
      'Disallow: /~a/b',
      'Disallow: /~a/',
      'Disallow: /~a$',
      'Disallow: /~a?',
    ])
  })

  test('escapes what has a meaning in patterns (RFC 9309 section 2.2.3)', () => {
    const path = { kind: 'exact', value: '/a*b$' } as const
    const text = write(crawlersOf({ other: { ...ALLOW, paths: [{ action: 'deny', path }] } }))
    expect(text).toContain('Disallow: /a%2Ab%24$')
  })

  test('takes only what closes where there is too much to compare', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => `Disallow: /${i}*x${i}`).join('\n')
    const paths = Array.from({ length: 100 }, (_, i) => {
      const path = { kind: 'prefix', value: `/p${i}` } as const
      return { action: i % 2 ? 'deny' : 'allow', path } as const
    })
    const model = crawlersOf({ other: { action: 'deny', paths } })
    expect(write(model, `User-agent: *\n${many}`)).not.toContain('Allow:')
  })

  describe('of an origin with a file of more than 64 KiB', () => {
    const long = (head: string): string => `${head}${'Disallow: /product/123456789\n'.repeat(4_000)}`

    test('puts what is refused before it and leaves it as it is', () => {
      const text = write(NO_TRAINING, long('User-agent: *\n'), '/catalogue/')
      expect(text.startsWith(START)).toBe(true)
      expect(text.slice(START.length)).toBe(long('User-agent: *\n'))
      const allowed = readWithOtherParser(text)
      expect([allowed('GPTBot', '/a'), allowed('Googlebot', '/a')]).toEqual([false, true])
      expect([allowed('Googlebot', '/product/123456789'), allowed('X', '/catalogue/')]).toEqual([
        false,
        false,
      ])
    })

    test('takes no line before its first group for one of ours', () => {
      const text = write(crawlersOf({ other: DENY }), long('\ufeffAllow: /\nUser-Agent : a\n'))
      expect(readWithOtherParser(text)('Nobody', '/')).toBe(false)
      expect(write(NO_TRAINING, `${'a'.repeat(70_000)}\nAllow: /`)).not.toContain('\nAllow')
    })

    test('keeps its sitemaps, which are of no group', () => {
      const maps = 'Sitemap: https://app.example/a.xml\n'.repeat(2_500)
      for (const text of [
        write(NO_TRAINING, maps),
        write(NO_TRAINING, `${maps}User-agent: *\nDisallow: /a\n`),
      ])
        expect(text.match(/^Sitemap: /gm)).toHaveLength(2_500)
    })

    test('cuts it at 500 KiB, behind a whole line', () => {
      const text = write(
        NO_TRAINING,
        `${long('User-agent: *\n')}${'Disallow: /x\n'.repeat(40_000)}Disallow: /end`,
      )
      expect([text.length <= 500 * 1024, text.endsWith('\nDisallow: /x\n')]).toEqual([true, true])
    })
  })

  test('makes a group once, however many names of the origin’s have it', () => {
    const names = Array.from({ length: 900 }, (_, i) => `User-agent: t${i.toString(36)}`).join('\n')
    const rules = Array.from({ length: 2_000 }, (_, i) => `Disallow: /${i}`).join('\n')
    const text = write(NO_TRAINING, `${names}\n${rules}`)
    expect(text.match(/^Disallow: \/7$/gm)).toHaveLength(1)
    expect(text.match(/^User-agent: t/gm)).toHaveLength(900)
  })

  test('reads patterns with a great many asterisks as ones that close more', () => {
    const origin = `User-agent: *\nDisallow: /x${'*a'.repeat(500)}\nAllow: /y${'*a'.repeat(500)}\nDisallow: /z***b`
    const text = write(NO_TRAINING, origin)
    expect(text).toContain(`Disallow: /x${'*a'.repeat(15)}\n`)
    expect(text).toContain('Disallow: /z*b\n')
    expect(text).not.toContain('/y')
  })

  test('reads a name that begins with an asterisk as nobody’s', () => {
    expect(write(NO_TRAINING, 'User-agent: *bot\nDisallow: /\n')).toBe(write(NO_TRAINING))
    expect(write(NO_TRAINING, 'User-agent: * # all\nDisallow: /x\n')).toContain('User-agent: *\nDisallow: /x')
  })

  test('writes content signals when the policy has them, into each group, in place of the origin’s', () => {
    const model = crawlersOf({ 'ai-train': DENY }, { signals: { search: 'yes', 'ai-train': 'no' } })
    const text = write(model, 'User-agent: *\nContent-Signal: ai-train=yes\nDisallow: /x')
    expect(text.match(/^Content-Signal: .*$/gm)).toEqual([
      'Content-Signal: search=yes, ai-train=no',
      'Content-Signal: search=yes, ai-train=no',
    ])
    expect(write(NO_TRAINING, 'User-agent: *\nContent-Signal: ai-train=yes')).toContain('ai-train=yes')
    expect(write(NO_TRAINING)).not.toContain('Signal')
  })

  test('says what tokens without an agent are told', () => {
    const tokens = { 'Google-Extended': 'deny', 'Applebot-Extended': 'allow' } as const
    expect(groups(write(crawlersOf({}, { tokens })))).toEqual([
      ['User-agent: Google-Extended', 'Disallow: /'],
      ['User-agent: *', 'Allow: /'],
    ])
  })

  test('gives two agents with one token what both get', () => {
    const two = [agent('Baidu', 'search-engine', 'Spider'), agent('Baidu-AI', 'ai-train', 'Spider')]
    const text = writeRobots(NO_TRAINING, two, undefined)
    expect(groups(text)[0]).toEqual(['User-agent: Spider', 'Disallow: /'])
  })

  test('takes no line break out of a name', () => {
    const text = writeRobots(NO_TRAINING, [agent('X', 'ai-train', 'X\nAllow: /')], undefined)
    expect(groups(text)).toEqual([['User-agent: *', 'Allow: /']])
  })

  test('is the origin’s own with off, and ours alone with replace', () => {
    const origin = 'User-agent: *\nDisallow: /x\n'
    expect(write({ ...NO_TRAINING, robots: 'off' }, origin)).toBe(origin)
    expect(write({ ...NO_TRAINING, robots: 'replace' }, origin)).toBe(write(NO_TRAINING))
  })
})
