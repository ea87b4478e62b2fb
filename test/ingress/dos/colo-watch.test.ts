import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createColoWatch, WARM_UP } from '../../../src/ingress/dos/colo-watch.ts'
import { createWatch } from '../../../src/ingress/dos/watch.ts'
import {
  createWorld,
  defaults,
  factsOf,
  MOBILE_ASN,
  OFFICE,
  policyWith,
  type Source,
  visitors,
  type World,
} from './traffic-world.ts'

const START = 1_800_000_000_000
const USUAL = 150
const FLOOD = 1200
const RUNS = 12

/** The same for many seeds: in a world that knows its visitors. */
function hold(check: (world: World, seed: number) => void, options: { readonly usual?: number } = {}): void {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const world = createWorld({ seed })
      world.run(90, [[visitors, options.usual ?? USUAL]])
      expect(world.bans).toEqual([])
      check(world, seed)
    }),
    { numRuns: RUNS },
  )
}

const bot = { asn: 64_666, agent: 'bot', path: '/search' }
const spread = (random: () => number): string =>
  `${1 + Math.floor(random() * 200)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}.9`
const anyAgent = (random: () => number): string => `Mozilla/5.0 (${Math.floor(random() * 1e6)})`
const anyPath = (random: () => number): string => `/search/${Math.floor(random() * 1e6)}`
const anyAsn = (random: () => number): number => 10_000 + Math.floor(random() * 5000)

const oneAddress: Source = (random) => ({ ...bot, address: '203.0.113.9', agent: anyAgent(random) })
const oneNetwork: Source = (random) => ({ ...bot, address: `203.0.113.${Math.floor(random() * 256)}` })
const oneV6Network: Source = (random) => ({
  ...bot,
  address: `2001:db8:7:${Math.floor(random() * 65_536).toString(16)}::1`,
})
const oneAsn: Source = (random) => ({
  asn: 64_666,
  address: spread(random),
  agent: anyAgent(random),
  path: anyPath(random),
})
const oneFingerprint: Source = (random) => ({
  asn: anyAsn(random),
  address: spread(random),
  ja4: 't10i000000_000000000000_9',
  agent: anyAgent(random),
  path: anyPath(random),
})
const oneAgent: Source = (random) => ({
  asn: anyAsn(random),
  address: spread(random),
  agent: 'curl/8',
  path: '/search',
})

const found = ({ bans }: World): readonly string[] => [
  ...new Set(bans.map(({ level, key }) => `${level} ${key}`)),
]

describe('a surge is answered at the narrowest level that explains it', () => {
  test('one address', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneAddress, FLOOD],
      ])
      expect(found(world)).toEqual(['address 203.0.113.9'])
      expect(world.bans[0]).toMatchObject({ action: 'block', by: 'detection', strikes: 1 })
    })
  })

  test('two addresses that share the flood', () => {
    hold((world) => {
      const two: Source = (random) => ({ ...bot, address: random() < 0.5 ? '203.0.113.9' : '192.0.2.1' })
      world.run(15, [
        [visitors, USUAL],
        [two, FLOOD],
      ])
      expect([...found(world)].sort()).toEqual(['address 192.0.2.1', 'address 203.0.113.9'])
    })
  })

  test('one IPv4 /24', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneNetwork, FLOOD],
      ])
      expect(found(world)).toEqual(['network 203.0.113.0/24'])
      expect(world.bans[0]?.action).toBe('block')
    })
  })

  test('one IPv6 /48 that takes a new /64 for each request', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneV6Network, FLOOD],
      ])
      expect(found(world)).toEqual(['network 2001:db8:7::/48'])
    })
  })

  test('one autonomous system, from addresses that nobody can list', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneAsn, FLOOD],
      ])
      expect(found(world)).toEqual(['asn 64666'])
      expect(world.bans[0]?.action).toBe('challenge')
    })
  })

  test('one TLS fingerprint from everywhere', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneFingerprint, FLOOD],
      ])
      expect(found(world)).toEqual(['tls t10i000000_000000000000_9'])
    })
  })

  test('one path and user agent from everywhere', () => {
    hold((world) => {
      world.run(15, [
        [visitors, USUAL],
        [oneAgent, FLOOD],
      ])
      expect(found(world)).toHaveLength(1)
      expect(world.bans[0]).toMatchObject({ level: 'agent', key: expect.stringMatching(/^[0-9a-f]{16}$/) })
    })
  })

  test('one address and a botnet at the same time: each at its own level', () => {
    hold((world) => {
      world.run(40, [
        [visitors, USUAL],
        [oneAddress, FLOOD],
        [oneFingerprint, FLOOD],
      ])
      expect([...found(world)].sort()).toEqual(['address 203.0.113.9', 'tls t10i000000_000000000000_9'])
    })
  })
})

describe('who is not to blame is left alone', () => {
  test('a crowd that is spread as visitors always are', () => {
    hold((world) => {
      world.run(30, [[visitors, USUAL * 8]])
      expect(found(world)).toEqual([])
    })
  })

  test('a crowd that comes for one page', () => {
    hold((world) => {
      const crowd: Source = (random) => ({ ...visitors(random), path: '/news' })
      world.run(30, [
        [visitors, USUAL],
        [crowd, FLOOD],
      ])
      expect(found(world)).toEqual([])
    })
  })

  test('the large sources of every day, when somebody else floods', () => {
    hold((world) => {
      world.run(20, [
        [visitors, USUAL],
        [oneFingerprint, FLOOD / 2],
        [oneNetwork, FLOOD / 2],
      ])
      const keys = world.bans.map(({ key }) => key)
      expect(keys).not.toContain(OFFICE.address)
      expect(keys).not.toContain('198.51.100.0/24')
      expect(keys).not.toContain(String(MOBILE_ASN))
    })
  })

  test('anybody, below the least rate of a surge', () => {
    hold(
      (world) => {
        world.run(20, [
          [visitors, 10],
          [oneAddress, 150],
        ])
        expect(found(world)).toEqual([])
      },
      { usual: 10 },
    )
  })

  test('anybody, before it is known what is usual', () => {
    const world = createWorld({ seed: 1 })
    world.run(30, [
      [visitors, USUAL],
      [oneAddress, FLOOD],
    ])
    expect(found(world)).toEqual([])
  })
})

describe('a surge before the first minute is over', () => {
  test('does not become usual: who makes it is banned when the minute is over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 50, max: 90 }),
        fc.constantFrom(1, 4),
        (seed, calm, isolates) => {
          const world = createWorld({ seed, isolates })
          world.run(calm, [[visitors, 15 * isolates]])
          world.run(40, [
            [visitors, 15 * isolates],
            [oneAddress, 500],
          ])
          expect(found(world)).toEqual(['address 203.0.113.9'])
        },
      ),
      { numRuns: RUNS },
    )
  })

  test('that is a crowd has nobody banned', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 75 }), (seed, calm) => {
        const world = createWorld({ seed })
        world.run(calm, [[visitors, 60]])
        world.run(60, [[visitors, 600]])
        expect(found(world)).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('that is only one isolate after the other being heard is what is usual', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const world = createWorld({ seed, isolates: 24 })
        world.run(120, [[visitors, 600]])
        expect(found(world)).toEqual([])
        expect(JSON.parse(world.colo.save(world.now) ?? '{}').total).toBeGreaterThan(450)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('what becomes of a ban', () => {
  test('a source that comes back is blocked four times as long, up to the longest block', () => {
    const world = createWorld({ seed: 2 })
    world.run(90, [[visitors, USUAL]])
    world.run(600, [
      [visitors, USUAL],
      [oneAddress, 500],
    ])
    const lengths = world.bans.map(({ created, until }) => (until - created) / 1000)
    expect(lengths.slice(0, 3)).toEqual([60, 240, 960])
    expect(world.bans.map(({ strikes }) => strikes).slice(0, 3)).toEqual([1, 2, 3])
  })

  test('a flood is over within seconds of its first request', () => {
    const world = createWorld({ seed: 3 })
    world.run(90, [[visitors, USUAL]])
    const start = world.now
    world.run(15, [
      [visitors, USUAL],
      [oneAddress, FLOOD],
    ])
    expect(world.bans[0]?.created).toBeLessThan(start + 5000)
  })

  test('in mode log bans only log, and in mode off there are none', () => {
    for (const mode of ['log', 'off'] as const) {
      const dos = { ...defaults, detection: { ...defaults.detection, mode } }
      const world = createWorld({ seed: 4, dos })
      world.run(90, [[visitors, USUAL]])
      world.run(15, [
        [visitors, USUAL],
        [oneAddress, FLOOD],
      ])
      expect(world.bans.map(({ action }) => action)).toEqual(mode === 'log' ? ['log'] : [])
    }
  })

  test('the wide action is the policy’s', () => {
    const dos = { ...defaults, detection: { ...defaults.detection, wide_action: 'block' as const } }
    const world = createWorld({ seed: 5, dos })
    world.run(90, [[visitors, USUAL]])
    world.run(15, [
      [visitors, USUAL],
      [oneAsn, FLOOD],
    ])
    expect(world.bans.map(({ level, action }) => `${level} ${action}`)).toEqual(['asn block'])
  })

  test('the reason says how much it was, and how much is usual', () => {
    const world = createWorld({ seed: 6 })
    world.run(90, [[visitors, USUAL]])
    world.run(15, [
      [visitors, USUAL],
      [oneAddress, FLOOD],
    ])
    expect(world.bans[0]?.reason).toMatch(
      /^This address sends \d+ requests\/s, usually [\d.]+: \d+ % of a surge to \d+\/s\.$/,
    )
  })
})

describe('what is learned', () => {
  test('outlives the memory: a watch that is given it judges at once', () => {
    const before = createWorld({ seed: 7 })
    before.run(90, [[visitors, USUAL]])
    const saved = before.colo.save(before.now)
    expect(saved?.length).toBeLessThan(65_536)
    const world = createWorld({ seed: 8, saved, start: before.now + 3_600_000 })
    world.run(15, [
      [visitors, USUAL],
      [oneAddress, FLOOD],
    ])
    expect(found(world)).toEqual(['address 203.0.113.9'])
  })

  test('grows even when the watch sleeps after each report', () => {
    const watch = createWatch({ isolate: 1, random: Math.random, now: START })
    watch.adopt(policyWith())
    let saved: string | undefined
    let age = 0
    for (let now = START; now < START + 600_000; now += 30_000) {
      for (let n = 0; n < 64; n++) watch.see(factsOf(OFFICE), 'site', { isDenied: false }, undefined, now)
      const colo = createColoWatch({ drawId: () => '', saved })
      colo.take(watch.drain(now, 0), now)
      colo.tick(now)
      saved = colo.save(now) ?? saved
      age = JSON.parse(saved ?? '{}').age
    }
    expect(age).toBeGreaterThanOrEqual(WARM_UP)
    expect(JSON.parse(saved ?? '{}').total).toBeCloseTo(64 / 30, 0)
  })

  test('is saved at most once a minute', () => {
    const world = createWorld({ seed: 9 })
    world.run(5, [[visitors, USUAL]])
    expect(world.colo.save(world.now)).toBeDefined()
    expect(world.colo.save(world.now + 59_999)).toBeUndefined()
    expect(world.colo.save(world.now + 60_000)).toBeDefined()
  })

  test('is not taken from anything else', () => {
    for (const saved of ['', 'null', '{"format":1}', '{"format":2}', '[]', 'x'.repeat(70_000)]) {
      const watch = createColoWatch({ drawId: () => '', saved })
      expect(watch.tick(1)).toBeUndefined()
    }
  })

  test('is hardly changed by an attack, and takes growth for usual that lasts for hours', () => {
    const dos = { ...defaults, detection: { ...defaults.detection, min_rate: 10 } }
    const world = createWorld({ seed: 10, isolates: 2, dos })
    const total = (): number => JSON.parse(world.colo.save(world.now) ?? '{}').total
    world.run(900, [[visitors, 5]])
    expect(total()).toBeCloseTo(5, 0)
    world.run(900, [[visitors, 30]])
    expect(total()).toBeLessThan(10)
    world.run(7200, [[visitors, 30]])
    expect(total()).toBeGreaterThan(20)
    expect(found(world)).toEqual([])
  })
})
