import { describe, expect, it, test } from 'vitest'
import { acceptedAnomalies } from '../../src/http/anomaly-rules.ts'
import type { Mode } from '../../src/http/decision.ts'
import { NOTHING } from '../../src/http/decision.ts'
import { createHygiene } from '../../src/http/hygiene.ts'
import { createFacts, type FactsChange } from './facts.ts'
import { ALWAYS, BOUNDS, field, RELAXABLE, SIZES } from './hygiene-cases.ts'

const STRICT = { accepted: 0, maxBody: 100 }
/** As if no size were bounded, for values that are long. */
const WIDE = { ...BOUNDS, max_header_bytes: 1000, max_header_value_bytes: 1000 }

function check(change: FactsChange, mode: Mode = 'enforce', relief = STRICT, bounds = BOUNDS) {
  return createHygiene(bounds, mode)(createFacts(change), relief)
}

describe.each([...ALWAYS, ...RELAXABLE, ...SIZES])(
  'rule $rule ($status)',
  ({ rule, status, refused, passed }) => {
    it.each(refused)('refuses %j', (change) => {
      const bounds = rule === 'duplicate-identity' ? WIDE : BOUNDS
      const { terminal, logged } = check(change, 'enforce', STRICT, bounds)
      expect(terminal).toMatchObject({ action: 'block', stage: 'hygiene', rule: `hygiene.${rule}`, status })
      expect(terminal?.mode).toBe('enforce')
      expect(logged).toEqual([])
    })

    it.each(passed)('passes %j', (change) => {
      const bounds = rule === 'duplicate-identity' ? WIDE : BOUNDS
      expect(check(change, 'enforce', STRICT, bounds)).toBe(NOTHING)
    })
  },
)

test.each(ALWAYS.flatMap(({ rule, refused }) => refused.map((change) => [rule, change] as const)))(
  '%s is refused in every mode, whatever the route relaxes: %j',
  (rule, change) => {
    const relief = { accepted: acceptedAnomalies(ALWAYS.map((c) => c.rule)), maxBody: 100 }
    for (const mode of ['off', 'log', 'enforce'] as const) {
      const { terminal } = check(change, mode, relief, WIDE)
      expect(terminal).toMatchObject({ rule: `hygiene.${rule}`, mode: 'enforce' })
    }
  },
)

test.each(
  [...RELAXABLE, ...SIZES].flatMap(({ rule, refused }) => refused.map((change) => [rule, change] as const)),
)('%s is recorded only in log mode, and nothing when off: %j', (rule, change) => {
  const { terminal, logged } = check(change, 'log')
  expect(terminal).toBeUndefined()
  expect(logged).toMatchObject([{ rule: `hygiene.${rule}`, mode: 'log' }])
  expect(check(change, 'off')).toBe(NOTHING)
})

test.each(RELAXABLE.map(({ rule, refused }) => [rule, refused] as const))(
  'a route that relaxes %s takes it, and nothing else',
  (rule, refused) => {
    const relief = { ...STRICT, accepted: acceptedAnomalies([rule]) }
    for (const change of refused) expect(check(change, 'enforce', relief)).toBe(NOTHING)
    for (const other of RELAXABLE.filter((c) => c.rule !== rule)) {
      for (const change of other.refused) {
        expect(check(change, 'enforce', relief).terminal?.rule).toBe(`hygiene.${other.rule}`)
      }
    }
  },
)

test('log mode records everything relaxable that a target has, and refuses what has two readings beside it', () => {
  const { logged } = check({ target: '/a%2f%5c%0a?%' }, 'log')
  expect(logged.map(({ rule }) => rule)).toEqual([
    'hygiene.encoded-slash',
    'hygiene.encoded-backslash',
    'hygiene.encoded-control',
    'hygiene.query-bad-escape',
  ])
  expect(check({ target: '/a%2f..' }, 'log').terminal?.rule).toBe('hygiene.dot-segment')
  expect(check({ target: '/a%2f%00' }, 'off').terminal?.rule).toBe('hygiene.nul')
})

test('TRACE and CONNECT stay out even when they are listed', () => {
  const bounds = { ...BOUNDS, methods: ['GET', 'TRACE', 'CONNECT'] }
  for (const method of ['TRACE', 'CONNECT']) {
    for (const mode of ['enforce', 'log', 'off'] as const) {
      expect(check({ method }, mode, STRICT, bounds).terminal?.status).toBe(405)
    }
  }
})

test('a dropped field is recorded in every mode but off, and stops nobody', () => {
  const change = field(['x_real_ip', '192.0.2.9'])
  for (const mode of ['enforce', 'log'] as const) {
    const { terminal, logged } = check(change, mode)
    expect(terminal).toBeUndefined()
    expect(logged).toMatchObject([{ rule: 'hygiene.header-underscore', mode: 'log' }])
  }
  expect(check(change, 'off')).toBe(NOTHING)
})

test('a trailing dot passes where the policy strips it', () => {
  const bounds = { ...BOUNDS, trailing_host_dot: 'strip' as const }
  expect(check({ host: 'app.example.' }, 'enforce', STRICT, bounds)).toBe(NOTHING)
})

test('the connection is closed where the end of the request is in doubt', () => {
  const closes = (change: FactsChange) => check(change).terminal?.close === true
  expect(closes(field(['content-length', '5'], ['transfer-encoding', 'chunked']))).toBe(true)
  expect(closes(field(['content-length', '5, 6']))).toBe(true)
  expect(closes({ hasBody: true })).toBe(true)
  expect(closes(field(['content-length', '101']))).toBe(true)
  expect(closes({ target: '/%00' })).toBe(false)
})
