import { describe, expect, test } from 'vitest'
import { agentKeyOf } from '../../../src/ingress/dos/source-keys.ts'
import { createWatch, type Seen, type Watch } from '../../../src/ingress/dos/watch.ts'
import { LEVELS, MAX_OFFENDERS, MAX_SIGHTINGS } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan } from './make-ban.ts'
import { createRandom, defaults, factsOf, policyWith, type Visit } from './traffic-world.ts'

const START = 1_800_000_000_000
const PASSED: Seen = { isDenied: false }
const visit: Visit = {
  address: '192.0.2.77',
  asn: 64_500,
  ja4: 't13d1516h2_aaaaaaaaaaaa_1',
  agent: 'curl/8',
  path: '/a',
}
const limits = [
  { id: 'login', mode: 'enforce', ban: { after: 2, timeout: 600 } },
  { id: 'tried-out', mode: 'log', ban: { after: 1, timeout: 600 } },
  { id: 'plain', mode: 'enforce' },
]

function open(random: () => number = createRandom(1)): Watch {
  const watch = createWatch({ isolate: 7, random, now: START })
  watch.adopt(policyWith(defaults, limits))
  return watch
}

describe('a report', () => {
  test('names a source at every level as bans name it', () => {
    const watch = open()
    for (let n = 0; n < 10; n++) watch.see(factsOf(visit), 'site', PASSED, undefined, START)
    const { top } = watch.drain(START + 1000, 0)
    expect(top).toEqual([
      { level: 'address', key: '192.0.2.77', count: 10 },
      { level: 'network', key: '192.0.2.0/24', count: 10 },
      { level: 'asn', key: '64500', count: 10 },
      { level: 'tls', key: 't13d1516h2_aaaaaaaaaaaa_1', count: 10 },
      { level: 'agent', key: agentKeyOf(factsOf(visit)), count: 10 },
    ])
  })

  test('names IPv6 sources by their /64 and /48', () => {
    const watch = open()
    const facts = factsOf({ ...visit, address: '2001:db8:f0:12:1:2:3:4' })
    for (let n = 0; n < 4; n++) watch.see(facts, 'site', PASSED, undefined, START)
    const keys = watch.drain(START + 1000, 0).top.map(({ key }) => key)
    expect(keys.slice(0, 2)).toEqual(['2001:db8:f0:12::/64', '2001:db8:f0::/48'])
  })

  test('leaves out the levels that are not known of a request', () => {
    const watch = open()
    const facts = factsOf(visit)
    for (let n = 0; n < 4; n++)
      watch.see({ ...facts, client: { address: undefined } }, 'site', PASSED, undefined, START)
    expect(watch.drain(START + 1000, 0).top.map(({ level }) => level)).toEqual(['agent'])
  })

  test('sums up what became of the requests of each route', () => {
    const watch = open()
    const facts = factsOf(visit)
    watch.see(facts, 'site', PASSED, undefined, START)
    watch.see(facts, 'site', PASSED, undefined, START)
    watch.see(facts, 'site', { isDenied: true }, undefined, START)
    watch.see(facts, 'api', PASSED, undefined, START)
    // Of the edge's own business only the sender counts.
    watch.see(facts, 'site', { ...PASSED, isOwn: true }, undefined, START)
    watch.answered(facts.host.name, 'site', false)
    watch.answered(facts.host.name, 'site', true)
    watch.answered(facts.host.name, 'api', true)
    const report = watch.drain(START + 2500, 12)
    expect(report).toMatchObject({ isolate: 7, revision: 12, span: 2500, requests: 5 })
    expect(report.routes).toEqual([
      { host: 'shop.example', route: 'site', requests: 3, denied: 1, origin: 2, errors: 1 },
      { host: 'shop.example', route: 'api', requests: 1, denied: 0, origin: 1, errors: 1 },
    ])
  })

  test('does not count what a ban kept out, neither for the sources nor for the route', () => {
    const watch = open()
    const seen = { isBanned: true, isDenied: true }
    for (let n = 0; n < 100; n++) watch.see(factsOf(visit), 'site', seen, undefined, START)
    const report = watch.drain(START + 1000, 0)
    expect(report).toMatchObject({ requests: 0, top: [], routes: [] })
  })

  test('starts anew after each', () => {
    const watch = open()
    for (let n = 0; n < 10; n++) watch.see(factsOf(visit), 'site', PASSED, undefined, START)
    watch.drain(START + 1000, 0)
    expect(watch.drain(START + 3000, 0)).toMatchObject({ requests: 0, top: [], routes: [], span: 2000 })
  })

  test('stays small whatever is sent', () => {
    const watch = open()
    const random = createRandom(5)
    for (let n = 0; n < 20_000; n++) {
      const address = `${n & 127}.${(n >> 7) & 255}.${n % 251}.1`
      const path = `/${random()}`
      const facts = factsOf({ address, asn: n, ja4: `t${n}_aaaaaaaaaa`, agent: path, path }, `h${n}.example`)
      watch.see(facts, 'site', PASSED, { rule: 'limits.login', strikes: 9 }, START + n)
    }
    const report = watch.drain(START + 20_000, 0)
    for (const level of LEVELS)
      expect(report.top.filter((sighting) => sighting.level === level).length).toBeLessThanOrEqual(
        MAX_SIGHTINGS,
      )
    expect(report.offenders.length).toBeLessThanOrEqual(MAX_OFFENDERS)
    expect(JSON.stringify(report).length).toBeLessThan(40_000)
  })

  test('estimates at high rates what it does not look at, within a tenth', () => {
    const watch = open()
    for (let n = 0; n < 60_000; n++) {
      const heavy = n % 4 === 0
      const facts = factsOf(
        heavy ? visit : { ...visit, address: `10.${n & 255}.${(n >> 8) & 255}.1`, asn: n },
      )
      watch.see(facts, 'site', PASSED, undefined, START + n / 10)
      if (n === 20_000) watch.drain(START + n / 10, 0)
    }
    const asn = watch.drain(START + 6000, 0).top.find(({ level, key }) => level === 'asn' && key === '64500')
    expect(asn?.count).toBeGreaterThan(9000)
    expect(asn?.count).toBeLessThan(11_000)
  })

  test('carries the policy’s settings, no stronger than the stage', () => {
    const watch = createWatch({ isolate: 1, random: Math.random, now: START })
    const policy = policyWith()
    watch.adopt({
      ...policy,
      settings: { ...policy.settings, stages: { ...policy.settings.stages, dos: 'log' } },
    })
    const { settings } = watch.drain(START + 1, 0)
    expect(settings.detection.mode).toBe('log')
    expect(settings.attack_mode.mode).toBe('log')
    expect(settings.detection.min_rate).toBe(defaults.detection.min_rate)
  })
})

describe('after orders', () => {
  const run = (watch: Watch, from: number, seconds: number): number => {
    let reports = 0
    for (let n = 0; n < seconds * 40; n++) {
      watch.see(factsOf(visit), 'site', PASSED, undefined, from + n * 25)
      if (!watch.due(from + n * 25)) continue
      watch.drain(from + n * 25, 0)
      reports++
    }
    return reports
  }

  test('of detection, reports go every two seconds: a minute after a ban, and as long as an attack lasts', () => {
    const watch = open()
    run(watch, START, 120)
    const calm = run(watch, START + 120_000, 60)
    expect(calm).toBeLessThanOrEqual(10)
    watch.heard({
      revision: 1,
      bans: [makeBan({ created: START + 180_000, until: START + 9e6 })],
      attacks: [],
    })
    expect(run(watch, START + 180_000, 60)).toBeGreaterThan(25)
    expect(run(watch, START + 242_000, 60)).toBeLessThanOrEqual(calm + 1)
    const attack = {
      host: '',
      route: '',
      since: 0,
      until: 0,
      reason: '',
      state: 'on',
      by: 'detection',
    } as const
    watch.heard({ revision: 2, bans: [], attacks: [attack] })
    expect(run(watch, START + 310_000, 60)).toBeGreaterThan(25)
  })

  test('of an operator, they do not', () => {
    const watch = open()
    run(watch, START, 120)
    const ban = makeBan({ by: 'operator', created: START + 120_000, until: START + 9e6 })
    watch.heard({ revision: 1, bans: [ban], attacks: [] })
    expect(run(watch, START + 120_000, 60)).toBeLessThanOrEqual(10)
  })
})

describe('offenders', () => {
  const offend = (watch: Watch, rule: string, strikes: number, address = '192.0.2.77'): void =>
    watch.see(factsOf({ ...visit, address }), 'site', { ...PASSED, isDenied: true }, { rule, strikes }, START)

  test('are those whom a limit has refused as often as its ban says', () => {
    const watch = open()
    offend(watch, 'limits.login', 1)
    expect(watch.drain(START + 1, 0).offenders).toEqual([])
    offend(watch, 'limits.login', 2, '2001:db8::1')
    expect(watch.due(START + 1001)).toBe(true)
    expect(watch.drain(START + 1001, 0).offenders).toEqual([
      { address: '2001:db8::/64', rule: 'limits.login', timeout: 600 },
    ])
  })

  test('are told again when their report did not arrive, with the next one that is due anyway', () => {
    const watch = open()
    offend(watch, 'limits.login', 2)
    const lost = watch.drain(START + 1001, 0)
    watch.undelivered(lost)
    expect(watch.due(START + 2002)).toBe(false)
    expect(watch.drain(START + 12_000, 0).offenders).toEqual(lost.offenders)
    expect(watch.drain(START + 22_000, 0).offenders).toEqual([])
  })

  test('are no more than fit, also when a report is told again', () => {
    const watch = open()
    for (let n = 0; n < MAX_OFFENDERS; n++) offend(watch, 'limits.login', 2, `192.0.2.${n}`)
    const lost = watch.drain(START + 1001, 0)
    for (let n = 0; n < MAX_OFFENDERS; n++) offend(watch, 'limits.login', 2, `198.51.100.${n}`)
    watch.undelivered(lost)
    expect(watch.drain(START + 3000, 0).offenders).toHaveLength(MAX_OFFENDERS)
  })

  test('are not made by limits that ban nobody, or are only tried out', () => {
    const watch = open()
    offend(watch, 'limits.plain', 9)
    offend(watch, 'limits.tried-out', 9)
    offend(watch, 'limits.unknown', 9)
    expect(watch.drain(START + 1, 0).offenders).toEqual([])
  })

  test('are told once, however often they are refused', () => {
    const watch = open()
    for (let n = 2; n < 50; n++) offend(watch, 'limits.login', n)
    expect(watch.drain(START + 1, 0).offenders).toHaveLength(1)
  })
})
