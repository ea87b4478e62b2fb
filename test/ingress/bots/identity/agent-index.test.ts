import fc from 'fast-check'
import { checkSync } from 'recheck'
import { describe, expect, test } from 'vitest'
import { type AgentsContent, packAgents, splitAgents } from '../../../../src/bundle/agents-part.ts'
import { MAX_USER_AGENT } from '../../../../src/http/agent-family.ts'
import { type AgentIndex, openAgents } from '../../../../src/ingress/bots/identity/agent-index.ts'
import { AgentsError } from '../../../../src/ingress/bots/identity/agents-error.ts'
import { buildAutomaton } from '../../../../src/lang/automaton/build-automaton.ts'
import { AGENTS } from '../../../../src/policy/bots/catalogue/agents.ts'
import { buildAgents } from '../../../../src/policy/bots/catalogue/build-agents.ts'
import { isDeclared, ownNames } from './reference.ts'

const { part } = buildAgents({ own: [], ignore: [] })
const place = { buffer: part.buffer, offset: 0, length: part.length }
const index = openAgents(place)
const content = splitAgents(place)?.content as AgentsContent

/** Each is held against two thousand expressions one after another. */
const RUNS = Number(process.env.SALLYPORT_AGENTS ?? 120)

function open(bytes: Uint8Array<ArrayBuffer>): AgentIndex {
  return openAgents({ buffer: bytes.buffer, offset: 0, length: bytes.length })
}

function pack(literals: readonly string[], rest: object): Uint8Array<ArrayBuffer> {
  return packAgents(buildAutomaton(literals, { ignoreCase: true }), rest as AgentsContent)
}

const SMALL: AgentsContent = {
  agents: [['Acme Bot', 'monitoring', 'Acme', 'acme', ['https://acme.example'], ['acme'], ['.acme.example']]],
  owners: [0, -1],
  checks: [0, { regex: 'x.?bot', flags: 'i' }],
  structures: [{ regex: '^$' }],
}

describe('a User-Agent', () => {
  test('that is not there or empty says nothing', () => {
    expect(index.identify(undefined)).toEqual({ declared: false })
    expect(index.identify('')).toEqual({ declared: false })
  })

  test('of a browser says nothing', () => {
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36'
    expect(index.identify(chrome)).toEqual({ declared: false })
  })

  test('that is longer is looked at to a certain length', () => {
    const padding = 'M'.repeat(MAX_USER_AGENT - 8)
    const before = `Mozilla/5.0 (${padding.slice(13)}; GPTBot/1.2`
    expect(before.slice(0, MAX_USER_AGENT)).toContain('GPTBot')
    expect(index.identify(before).agent?.name).toBe('GPTBot')
    expect(index.identify(`Mozilla/5.0 (${padding}; GPTBot/1.2`).agent).toBeUndefined()
  })

  test('gives the same answer when it comes again, and after many others', () => {
    const small = openAgents(place, { remembered: 4 })
    for (let round = 0; round < 3; round++) {
      expect(small.identify('GPTBot/1.2').agent?.name).toBe('GPTBot')
      expect(small.identify('curl/8').agent?.name).toBe('curl')
      for (let i = 0; i < 5 * round; i++)
        expect(small.identify(`Mozilla/5.0 (X11; ${i})`).declared).toBe(false)
    }
  })

  test('is found whatever is around it, and found only if the lists say so', () => {
    const names = AGENTS.flatMap(({ patterns }) =>
      patterns.map((text) => text.replace(/^\^|^\\b|\\b$|\$$/g, '')),
    )
    const piece = fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom(
        'Mozilla/5.0 (',
        'compatible; ',
        'X11',
        ') ',
        'http',
        'libhttp',
        'google',
        ' Google TV',
        'bot',
        '; ',
      ),
      fc.constantFrom(
        'Spider',
        'spider.com',
        'news',
        'java;',
        'scan',
        'Android 13; ',
        '1.0;',
        '/',
        'Discovery',
        '@a-b.',
      ),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const userAgent = pieces.join('').slice(0, MAX_USER_AGENT)
        const { declared, agent } = index.identify(userAgent)
        expect(declared).toBe(isDeclared(userAgent))
        const [own, ...others] = ownNames(userAgent)
        if (own === undefined) return
        expect(agent).toBeDefined()
        // Whoever else is named comes before a library or a browser under remote control.
        const isGeneric = /library|automation/.test(index.byName(own)?.class ?? '')
        if (others.length === 0 && !isGeneric) expect(agent?.name).toBe(own)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('an agent', () => {
  test('is known by its name, with all that proves it', () => {
    const small = open(pack(['acmebot', 'bot'], SMALL))
    const agent = {
      name: 'Acme Bot',
      class: 'monitoring',
      operator: 'Acme',
      robots: 'acme',
      proof: { signature: ['https://acme.example'], ranges: ['acme'], dns: ['.acme.example'] },
    }
    expect(small.agents).toEqual([agent])
    expect(small.byName('Acme Bot')).toEqual(agent)
    expect(small.byName('acme bot')).toBeUndefined()
    expect(small.identify('an AcmeBot')).toEqual({ declared: true, agent })
    expect(small.identify('an xybot')).toEqual({ declared: true })
    expect(small.identify('a bot')).toEqual({ declared: false })
  })
})

describe('the expressions of the lists', () => {
  const regexes = [
    ...content.checks.flatMap((check) => (typeof check === 'object' && 'regex' in check ? [check] : [])),
    ...content.structures.map(({ regex }) => ({ regex, flags: 'i' })),
  ]

  test('are few: the rest are literals', () => {
    expect(regexes.length).toBeLessThan(80)
    expect(content.checks.length).toBeGreaterThan(1_500)
  })

  test('take linear time, says recheck, an analyser for ReDoS', { timeout: 120_000 }, () => {
    for (const { regex, flags } of regexes)
      expect(checkSync(regex, flags, { timeout: 20_000 }).status, regex).toBe('safe')
  })
})

describe('a part that is malformed', () => {
  test.each<readonly [string, object]>([
    ['an owner that is not there', { owners: [1, -1] }],
    ['a class that is not known', { agents: [['A', 'nobody']] }],
    ['a name that no policy can have', { agents: [['A\n', 'seo']] }],
    ['an agent that is no row', { agents: [{ name: 'A', class: 'seo' }] }],
    ['a proof that is no list', { agents: [['A', 'seo', 0, 0, 'https://a.example']] }],
    ['fewer checks than literals', { checks: [0] }],
    ['a check that is not known', { checks: [0, true] }],
    ['a check with bits that are not known', { checks: [0, 1 << 20] }],
    ['an expression that is none', { checks: [0, { regex: '(', flags: '' }] }],
    ['an expression with other flags', { checks: [0, { regex: 'a', flags: 'g' }] }],
    ['an expression that is long', { structures: [{ regex: 'a'.repeat(2_000) }] }],
    ['too many expressions', { structures: Array.from({ length: 100 }, () => ({ regex: 'a' })) }],
    ['no structures', { structures: undefined }],
    ['literals that are not there', { owners: [0, -1, -1], checks: [0, 0, 0] }],
  ])('with %s is refused', (_, change) => {
    expect(() => open(pack(['acmebot', 'bot'], { ...SMALL, ...change }))).toThrow(AgentsError)
  })

  test('is refused, or identifies without a fault, whatever bytes are wrong', () => {
    const whole = pack(['acmebot', 'bot'], SMALL)
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: 8 }),
        (at, byte, cut) => {
          const bytes = whole.slice(0, cut === 8 ? at : whole.length)
          bytes[at] = byte
          try {
            expect(open(bytes).identify('an AcmeBot').declared).toBeTypeOf('boolean')
          } catch (error) {
            expect(error).toBeInstanceOf(AgentsError)
          }
        },
      ),
      { numRuns: 1_500 },
    )
  })
})
