import { describe, expect, test } from 'vitest'
import type { ScoreContext } from '../../../../src/ingress/bots/signals/evidence.ts'
import { createScore } from '../../../../src/ingress/bots/signals/score.ts'
import { createFacts, type FactsChange } from '../../../http/facts.ts'
import { CHROME_AGENT, chrome, firefox, safari } from './browser.ts'
import { MODEL } from './model-fixture.ts'
import { NOBODY, STRANGER, signalsOf } from './score-fixture.ts'

const CLEARED: ScoreContext = { ...STRANGER, cleared: () => true }
const bot = (botManagement: unknown): FactsChange => chrome({ client: { edge: { botManagement } } })
const PROGRAM = { headers: [['user-agent', 'curl/8.1']] as const }

describe('a network', () => {
  const hosted = chrome({ client: { asn: 16_509 } })

  test('of a hosting company is a signal for a browser', () => {
    expect(signalsOf(hosted)).toEqual(['network-hosting'])
    expect(signalsOf(chrome({ client: { asn: 3320 } }))).toEqual([])
  })

  test('is none for a client that is cleared, for Tor, for what says that it is automated', () => {
    expect(signalsOf(hosted, NOBODY, CLEARED)).toEqual([])
    expect(signalsOf(chrome({ client: { asn: 16_509, country: 'T1' } }))).toEqual([])
    expect(signalsOf({ ...PROGRAM, client: { asn: 16_509 } }, { declared: true })).toEqual([])
  })

  test('of a relay is none, even if it is listed with hosting companies too', () => {
    expect(signalsOf(chrome({ client: { asn: 36_183 } }))).toEqual([])
    const model = { ...MODEL, asns: { hosting: [36_183], relay: [36_183] } }
    const facts = createFacts(chrome({ client: { asn: 36_183 } }))
    expect(createScore(model).of(facts, NOBODY, STRANGER).score).toBe(0)
  })

  test('that has been to the maze often enough is a signal until the client is cleared', () => {
    const visits = (count: number): ScoreContext => ({ ...STRANGER, mazeVisits: () => count })
    expect(signalsOf(chrome(), NOBODY, visits(24))).toEqual([])
    expect(signalsOf(chrome(), NOBODY, visits(25))).toEqual(['maze-visits'])
    expect(signalsOf(chrome(), NOBODY, { ...visits(25), cleared: () => true })).toEqual([])
    const model = { ...MODEL, labyrinth: { ...MODEL.labyrinth, mode: 'off' as const } }
    expect(createScore(model).of(createFacts(chrome()), NOBODY, visits(99)).score).toBe(0)
  })

  test('of another Worker is a signal', () => {
    expect(signalsOf(chrome({ fields: { 'cf-worker': 'other.example' } }))).toEqual(['worker-fetch'])
  })
})

describe('Cloudflare’s own score', () => {
  test.each([
    [1, ['platform-automated']],
    ['1', ['platform-automated']],
    [2, ['platform-likely']],
    [29, ['platform-likely']],
    [30, []],
    [0, []],
    [-1, []],
    [null, []],
    ['1x', []],
    [{}, []],
  ])('%j is read with care', (score, signals) => {
    expect(signalsOf(bot({ score }))).toEqual(signals)
  })

  test('says nothing of bots that it has verified, nor of declared ones', () => {
    for (const verifiedBot of [true, '1', 'true'])
      expect(signalsOf(bot({ score: 1, verifiedBot }))).toEqual([])
    for (const verifiedBot of [false, 'no', 1, {}])
      expect(signalsOf(bot({ score: 1, verifiedBot }))).toEqual(['platform-automated'])
    expect(signalsOf(bot({ score: 1 }), { declared: true })).toEqual(['declared-as-browser'])
    expect(signalsOf(bot(null))).toEqual([])
  })
})

describe('a TLS handshake', () => {
  const score = createScore({ ...MODEL, tls: ['t13d1516h2_8daaf6152771_02713d6af862', 'q1w2e3/+='] })
  const ids = (edge: Record<string, unknown>, agent = CHROME_AGENT): string[] =>
    score
      .of(createFacts(chrome({ client: { edge }, fields: { 'user-agent': agent } })), NOBODY, STRANGER)
      .signals.map(({ id }) => id)

  test('that the policy lists is a signal, as JA4, JA3 or hash of ciphers, in any case', () => {
    expect(ids({ botManagement: { ja4: 't13d1516h2_8daaf6152771_02713d6af862' } })).toEqual(['tls-known'])
    expect(ids({ botManagement: { ja3Hash: 'Q1W2E3/+=' } })).toEqual(['tls-known'])
    expect(ids({ tlsClientCiphersSha1: 'Q1w2E3/+=' })).toEqual(['tls-known'])
    expect(ids({ tlsClientCiphersSha1: 'other', botManagement: { ja4: 7 } })).toEqual([])
  })
})

describe('a modern browser', () => {
  test('speaks HTTP/2 or later', () => {
    expect(signalsOf(chrome({ client: { protocol: 'HTTP/1.1' } }))).toEqual(['protocol-old'])
    expect(signalsOf(chrome({ client: { protocol: 'HTTP/3' } }))).toEqual([])
    expect(signalsOf(chrome({ client: { protocol: 'HTTP/1.0' } }))).toEqual([
      'protocol-ancient',
      'protocol-old',
    ])
    const device = { 'user-agent': CHROME_AGENT.replace('Windows NT 10.0; Win64; x64', 'Linux; BRAVIA 4K') }
    expect(signalsOf(chrome({ client: { protocol: 'HTTP/1.1' }, fields: device }))).toEqual([])
    const origin = 'https://app.example'
    const socket = { upgrade: 'WebSocket', origin, accept: undefined, 'upgrade-insecure-requests': undefined }
    expect(signalsOf(firefox({ client: { protocol: 'HTTP/1.1' }, fields: socket }))).toEqual([])
  })

  test('speaks TLS 1.2 or later', () => {
    expect(signalsOf(chrome({ client: { tls: 'TLSv1.1' } }))).toEqual(['tls-old'])
    expect(signalsOf(firefox({ client: { tls: 'TLSv1' } }))).toEqual(['tls-old'])
    expect(signalsOf(safari({ client: { tls: 'TLSv1' } }))).toEqual([])
    expect(signalsOf(chrome({ client: { tls: 'TLSv1.2' } }))).toEqual([])
  })
})

test('what is known beside the request is asked for only when something depends on it', () => {
  const refuse = (): never => {
    throw new Error('asked in vain')
  }
  const context: ScoreContext = { cleared: refuse, mazeVisits: () => 0 }
  expect(signalsOf(chrome(), NOBODY, context)).toEqual([])
  expect(() => signalsOf(chrome({ client: { asn: 16_509 } }), NOBODY, context)).toThrow('in vain')
})
