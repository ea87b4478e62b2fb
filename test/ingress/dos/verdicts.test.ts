import { expect, test } from 'vitest'
import type { Traffic } from '../../../src/ingress/dos/held-reports.ts'
import type { Culprit } from '../../../src/ingress/dos/ladder.ts'
import { createVerdicts } from '../../../src/ingress/dos/verdicts.ts'
import { defaults } from './traffic-world.ts'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000
const model = defaults.detection
const culprit: Culprit = { level: 'address', key: '192.0.2.1', rate: 500, usual: 1, share: 90 }
const none = new Map<string, number>()
const traffic: Traffic = {
  total: 700,
  sources: {
    address: new Map([
      ['192.0.2.1', 500],
      ['192.0.2.2', 20],
    ]),
    network: new Map([['192.0.2.0/24', 520]]),
    asn: none,
    tls: none,
    agent: none,
  },
  routes: new Map(),
}

test('each further ban of a source lasts four times as long, up to the longest, and a day later it is the first again', () => {
  const verdicts = createVerdicts(() => 'id')
  const lengths: number[] = []
  let now = NOW
  for (let n = 0; n < 6; n++) {
    const { until } = verdicts.ban(culprit, '', model, now)
    lengths.push((until - now) / 1000)
    now = until + HOUR
  }
  expect(lengths).toEqual([60, 240, 960, 3600, 3600, 3600])
  expect(verdicts.ban(culprit, '', model, now + 25 * HOUR).strikes).toBe(1)
})

test('who is banned no longer counts, neither by itself nor in its network, until the ban ends', () => {
  const verdicts = createVerdicts(() => 'id')
  const { until } = verdicts.ban(culprit, '', model, NOW)
  const without = verdicts.withoutBanned(traffic, NOW + 1)
  expect(without.total).toBe(200)
  expect([...without.sources.address]).toEqual([['192.0.2.2', 20]])
  expect(without.sources.network.get('192.0.2.0/24')).toBe(20)
  expect(verdicts.withoutBanned(traffic, until)).toEqual(traffic)
  expect(traffic.sources.network.get('192.0.2.0/24')).toBe(520)
})

test('any number of sources is banned, and the latest are remembered', () => {
  const verdicts = createVerdicts(() => 'id')
  for (let n = 0; n < 5000; n++) verdicts.ban({ ...culprit, key: String(n) }, '', model, NOW)
  expect(verdicts.ban({ ...culprit, key: '4999' }, '', model, NOW).strikes).toBe(2)
  expect(verdicts.ban({ ...culprit, key: '0' }, '', model, NOW).strikes).toBe(1)
})
