import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCulprits, isSurge, type Surge } from '../../../src/ingress/dos/ladder.ts'
import { LEVELS, type Level } from '../../../src/ingress/dos/watch-protocol.ts'
import { defaults } from './traffic-world.ts'

const model = defaults.detection
type Rates = Partial<Record<Level, Readonly<Record<string, number>>>>

function surgeOf(total: number, usual: number, now: Rates, before: Rates = {}): Surge {
  return {
    total,
    usual,
    rates: (level) => new Map(Object.entries(now[level] ?? {})),
    usualRate: (level, key) => before[level]?.[key] ?? 0,
  }
}

const names = (surge: Surge, levels?: readonly Level[]): readonly string[] =>
  findCulprits(surge, model, levels).map(({ level, key }) => `${level} ${key}`)

test('a surge needs both the least rate and several times the usual', () => {
  expect(isSurge(199, 1, model)).toBe(false)
  expect(isSurge(200, 1, model)).toBe(true)
  expect(isSurge(2999, 1000, model)).toBe(false)
  expect(isSurge(3000, 1000, model)).toBe(true)
})

describe('the ladder', () => {
  test('stops at the first level that explains enough', () => {
    const surge = surgeOf(1100, 100, {
      address: { '192.0.2.1': 900 },
      network: { '192.0.2.0/24': 900 },
      asn: { 64500: 900 },
    })
    expect(names(surge)).toEqual(['address 192.0.2.1'])
  })

  test('takes what addresses explain off their networks', () => {
    const surge = surgeOf(2100, 100, {
      address: { '192.0.2.1': 1000 },
      network: { '192.0.2.0/24': 1010, '203.0.113.0/24': 1000 },
    })
    expect(names(surge)).toEqual(['address 192.0.2.1', 'network 203.0.113.0/24'])
  })

  test('goes past levels that explain too little', () => {
    const surge = surgeOf(1100, 100, {
      address: { '192.0.2.1': 30, '192.0.2.2': 30 },
      network: { '192.0.2.0/24': 60 },
      asn: { 64500: 500 },
      tls: { t13: 950 },
    })
    expect(names(surge)).toEqual(['tls t13'])
  })

  test('looks only at the levels it is told', () => {
    const surge = surgeOf(1100, 100, { asn: { 64500: 1000 } })
    expect(names(surge)).toEqual(['asn 64500'])
    expect(names(surge, ['address', 'network'])).toEqual([])
  })

  test('finds an address that is a flood in its own right, though it does not explain most', () => {
    const surge = surgeOf(3000, 100, { address: { '192.0.2.1': 600 }, tls: { t13: 2000 } })
    expect(names(surge)).toEqual(['address 192.0.2.1'])
  })

  test('finds nobody whose share is about the usual one', () => {
    const now = { address: { '198.51.100.7': 500 }, asn: { 64502: 700 } }
    const before = { address: { '198.51.100.7': 50 }, asn: { 64502: 60 } }
    expect(names(surgeOf(1000, 100, now, before))).toEqual([])
  })

  test('finds nobody where many are needed to explain it', () => {
    const agents = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, 100]))
    expect(names(surgeOf(1100, 100, { agent: agents }))).toEqual([])
  })
})

test('whatever the rates: never too many, never one that has not grown, and never more than there is', () => {
  const rates = fc.dictionary(
    fc.stringMatching(/^[1-9]\.2\.[1-9]\.[1-9]$/),
    fc.integer({ min: 0, max: 5000 }),
    {
      maxKeys: 200,
    },
  )
  const levels = fc.record({ address: rates, network: rates, asn: rates, tls: rates, agent: rates })
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50_000 }),
      fc.integer({ min: 0, max: 5000 }),
      levels,
      levels,
      (total, usual, now, before) => {
        const surge = surgeOf(total, usual, now, before)
        const found = findCulprits(surge, model)
        expect(found.length).toBeLessThanOrEqual(64 + 32)
        if (!isSurge(total, usual, model)) expect(found).toEqual([])
        expect(new Set(found.map(({ level, key }) => `${level} ${key}`)).size).toBe(found.length)
        for (const { level, key, rate } of found) {
          expect(LEVELS).toContain(level)
          expect(rate).toBeLessThanOrEqual(surge.rates(level).get(key) ?? 0)
          expect(rate).toBeGreaterThanOrEqual(model.factor * surge.usualRate(level, key))
          expect(rate).toBeGreaterThanOrEqual(model.min_rate / 20)
        }
        if (found.some(({ level }) => level !== 'address' && level !== 'network'))
          expect(found.every(({ level }) => level === found[0]?.level)).toBe(true)
      },
    ),
  )
})
