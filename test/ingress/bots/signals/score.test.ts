import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BOT_SIGNALS, DEFAULT_BANDS } from '../../../../src/http/bot-signals.ts'
import type { ScoreContext } from '../../../../src/ingress/bots/signals/evidence.ts'
import { createScore } from '../../../../src/ingress/bots/signals/score.ts'
import { createFacts, type FactsChange } from '../../../http/facts.ts'
import {
  CHROME_AGENT,
  chrome,
  FIREFOX_AGENT,
  type Fields,
  NO_FETCH,
  NO_HINTS,
  SAFARI_AGENT,
} from './browser.ts'
import { MODEL } from './model-fixture.ts'
import { NOBODY, STRANGER, scoreOf } from './score-fixture.ts'

const FIELDS = [
  'user-agent',
  'accept',
  'accept-language',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'sec-purpose',
  'upgrade',
  'upgrade-insecure-requests',
  'referer',
  'origin',
  'content-type',
  'range',
  'cf-worker',
  'access-control-request-method',
]

const agents = fc.oneof(
  fc.constantFrom(CHROME_AGENT, FIREFOX_AGENT, SAFARI_AGENT, '', 'Mozilla/5.0', 'curl/8'),
  fc
    .tuple(fc.constantFrom('Mozilla/5.0 (', 'Chrome/', 'Firefox/', 'AppleWebKit/', ''), fc.string())
    .map((t) => t.join('')),
)
const values = fc.oneof(
  fc.string(),
  fc.constantFrom('*/*', '*', '?1', '"Linux"', 'navigate', 'document', 'empty', '1', 'websocket', 'prefetch'),
  fc.constantFrom('"Chromium";v="148"', '"', '"\\', '"Chromium";v="', '\u0000', '\ud800'),
)
const fields = fc
  .tuple(agents, fc.dictionary(fc.constantFrom(...FIELDS), values))
  .map(([agent, others]): [string, string][] => Object.entries({ 'user-agent': agent, ...others }))
const requests: fc.Arbitrary<FactsChange> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'PUT', 'x'),
  scheme: fc.constantFrom('http', 'https'),
  host: fc.constantFrom('app.example', 'localhost', '', 'a b'),
  headers: fields,
  client: fc.record({
    asn: fc.constantFrom(16_509, 13_335, 1),
    protocol: fc.constantFrom('HTTP/1.0', 'HTTP/2', ''),
    edge: fc.dictionary(
      fc.constantFrom('clientAcceptEncoding', 'botManagement', 'tlsClientCiphersSha1', '__proto__'),
      fc.anything(),
    ),
  }),
})
const checked = fc.constantFrom(NOBODY, { declared: true }, { ...NOBODY, signatureFailed: true as const })

describe('any score', () => {
  test('is between 0 and 100, the sum of its signals, in its band', () => {
    const known = new Set(BOT_SIGNALS.map(({ id }) => id))
    fc.assert(
      fc.property(requests, checked, (request, identity) => {
        const { score, signals, band } = scoreOf(request, identity)
        const sum = signals.reduce((total, { weight }) => total + weight, 0)
        expect(score).toBe(Math.min(100, sum))
        expect(band).toBe(DEFAULT_BANDS.findLast(({ from }) => from <= score)?.name)
        expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length)
        for (const { id, weight } of signals) expect(known.has(id) && weight > 0).toBe(true)
      }),
    )
  })

  test('is never lowered by a contradiction more', () => {
    const contradictions: Fields[] = [
      { 'sec-ch-ua': '"Chromium";v="7"' },
      { 'sec-ch-ua-platform': '"Linux"' },
      { 'sec-ch-ua-mobile': '?1' },
      { 'sec-fetch-dest': 'image' },
      { 'sec-fetch-user': '?0' },
      { 'accept-language': '*' },
      { accept: undefined },
      { 'cf-worker': 'other.example' },
      { referer: 'https://other.example/', 'sec-fetch-site': 'same-origin' },
    ]
    fc.assert(
      fc.property(fc.subarray(contradictions), fc.constantFrom(...contradictions), (some, one) => {
        const before = Object.assign({}, ...some) as Fields
        const less = scoreOf(chrome({ fields: before }), NOBODY).score
        expect(scoreOf(chrome({ fields: { ...before, ...one } }), NOBODY).score).toBeGreaterThanOrEqual(less)
      }),
    )
  })

  test('is never lowered by what is known beside the request', () => {
    const contexts: ScoreContext[] = [
      { ...STRANGER, mazeVisits: () => 100 },
      { ...STRANGER, tls: { knows: () => false, learn: () => {} } },
    ]
    fc.assert(
      fc.property(requests, checked, fc.constantFrom(...contexts), (request, identity, context) => {
        const alone = scoreOf(request, identity).score
        expect(scoreOf(request, identity, context).score).toBeGreaterThanOrEqual(alone)
        const cleared = { ...context, cleared: () => true }
        expect(scoreOf(request, identity, cleared).score).toBeLessThanOrEqual(alone)
      }),
    )
  })

  test('of a client that is cleared still counts what it contradicts itself in', () => {
    const fields = { 'sec-ch-ua': '"Chromium";v="7"' }
    const cleared = { ...STRANGER, cleared: () => true }
    expect(scoreOf(chrome({ fields }), NOBODY, cleared).score).toBe(scoreOf(chrome({ fields }), NOBODY).score)
  })
})

describe('the policy', () => {
  test('weighs the signals, and leaves out what weighs nothing or is not named', () => {
    const facts = createFacts(chrome({ fields: { ...NO_HINTS, ...NO_FETCH } }))
    const of = (signals: Record<string, number>) =>
      createScore({ ...MODEL, signals }).of(facts, NOBODY, STRANGER)
    expect(of({ 'hints-missing': 7, 'fetch-missing': 0 }).signals).toEqual([
      { id: 'hints-missing', weight: 7 },
    ])
    expect(of({ 'hints-missing': 70, 'fetch-missing': 70 })).toMatchObject({
      score: 100,
      band: 'likely-automated',
    })
    expect(of({})).toEqual({ score: 0, signals: [], band: 'likely-human' })
  })

  test('names the bands', () => {
    const bands = [
      { name: 'low', from: 0, step: 'none' },
      { name: 'high', from: 55, step: 'wait' },
    ] as const
    const of = (fields: Fields) =>
      createScore({ ...MODEL, bands }).of(createFacts(chrome({ fields })), NOBODY, STRANGER).band
    expect(of({ 'sec-ch-ua': '"Chromium";v="7"' })).toBe('high')
    expect(of({ 'sec-ch-ua-mobile': '?1' })).toBe('low')
  })
})

describe('hostile values of 16 KB', () => {
  const SHAPES = [
    '"'.repeat(16_384),
    '"\\'.repeat(8192),
    '"a";v="1",'.repeat(1638),
    ' '.repeat(16_384),
    ' *'.repeat(8192),
    'br'.repeat(8192),
    '('.repeat(16_384),
    'Mozilla/5.0 ('.repeat(1260),
    `Mozilla/5.0 (${'Windows'.repeat(2340)}`,
    'rv:1'.repeat(4096),
    'Chrome/'.repeat(2340),
    '1'.repeat(16_384),
    `Mozilla/5.0 AppleWebKit/537.36 Chrome/${'9'.repeat(16_000)}`,
  ]

  // How long they take is measured in test/bench/bot-signals.bench.ts: the same as short ones.
  test.each(SHAPES.map((shape) => [shape.slice(0, 24), shape]))('%s… are read', (_, shape) => {
    for (const agent of [CHROME_AGENT, shape]) {
      const headers = FIELDS.map((name) => [name, name === 'user-agent' ? agent : shape] as const)
      expect(
        scoreOf({ headers, client: { edge: { clientAcceptEncoding: shape } } }, NOBODY).score,
      ).toBeGreaterThan(0)
    }
  })
})
