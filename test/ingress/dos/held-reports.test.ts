import { expect, test } from 'vitest'
import { createHeldReports, MAX_ISOLATES } from '../../../src/ingress/dos/held-reports.ts'
import type { RouteSums, WatchReport } from '../../../src/ingress/dos/watch-protocol.ts'
import { defaults } from './traffic-world.ts'

const NOW = 1_800_000_000_000
const sums: RouteSums = { host: 'a.example', route: 'site', requests: 100, denied: 10, origin: 80, errors: 4 }

function report(change: Partial<WatchReport> = {}): WatchReport {
  return {
    isolate: 1,
    settings: { detection: defaults.detection, attack_mode: defaults.attack_mode },
    span: 2000,
    requests: 100,
    top: [{ level: 'asn', key: '64500', count: 60 }],
    routes: [sums],
    offenders: [],
    revision: 0,
    ...change,
  }
}

test('rates are added over isolates that report over different times', () => {
  const held = createHeldReports()
  held.take(report(), NOW)
  held.take(report({ isolate: 2, span: 10_000, requests: 1000 }), NOW)
  const traffic = held.sum(NOW)
  expect(traffic.total).toBe(150)
  expect(traffic.sources.asn.get('64500')).toBe(36)
  expect(traffic.routes.get('a.example site')).toEqual({
    host: 'a.example',
    route: 'site',
    requests: 60,
    denied: 6,
    origin: 48,
    errors: 2.4,
  })
})

test('the next report of an isolate takes the place of its last', () => {
  const held = createHeldReports()
  held.take(report(), NOW)
  held.take(report({ requests: 20 }), NOW + 2000)
  expect(held.sum(NOW + 2000).total).toBe(10)
})

test('an isolate that is silent for twice its span is forgotten', () => {
  const held = createHeldReports()
  held.take(report({ span: 10_000, requests: 1000 }), NOW)
  expect(held.sum(NOW + 19_999).total).toBe(100)
  expect(held.sum(NOW + 20_000).total).toBe(0)
})

test('reports from before a clock stepped back are not held for ever', () => {
  const held = createHeldReports()
  held.take(report(), NOW)
  expect(held.sum(NOW - 3_600_000).total).toBe(0)
})

test('requests that no route serves are of no route', () => {
  const held = createHeldReports()
  held.take(
    report({
      routes: [
        { ...sums, route: '' },
        { ...sums, host: '', route: '' },
      ],
    }),
    NOW,
  )
  expect(held.sum(NOW).routes.size).toBe(0)
})

test('any number of isolates is taken, and the latest are held', () => {
  const held = createHeldReports()
  for (let isolate = 0; isolate < MAX_ISOLATES + 100; isolate++) held.take(report({ isolate }), NOW)
  expect(held.sum(NOW).total).toBe(50 * MAX_ISOLATES)
})

test('any number of hosts is taken', () => {
  const held = createHeldReports()
  for (let isolate = 0; isolate < 100; isolate++) {
    const routes = Array.from({ length: 64 }, (_, n) => ({ ...sums, host: `h${isolate}-${n}.example` }))
    held.take(report({ isolate, routes }), NOW)
  }
  expect(held.sum(NOW).routes.size).toBe(1024)
})
