import { describe, expect, test } from 'vitest'
import type { AskDns, DnsAnswer } from '../../../../src/ingress/bots/dns/dns-answer.ts'
import {
  createDnsProofs,
  type DnsFinding,
  type SharedFindings,
} from '../../../../src/ingress/bots/dns/dns-proofs.ts'
import { parseAddress } from '../../../../src/net/address.ts'

const SUFFIXES = ['.googlebot.com']
const MINUTE = 60_000

/** Every address has a name; `liars` have one that does not lead back, and all fail while `isDown`. */
class World {
  now = 1_780_000_000_000
  asked = 0
  isDown = false
  /** Look-ups wait while this is set. */
  isSlow = false
  readonly liars = new Set<string>()
  readonly work: Promise<unknown>[] = []
  readonly cache = new Map<string, string>()
  readonly #waiting: (() => void)[] = []

  readonly ask: AskDns = async (name, type): Promise<DnsAnswer> => {
    this.asked++
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.isDown) throw new Error('down')
    if (type === 'PTR') {
      const ip = name.replace('.in-addr.arpa', '').split('.').reverse().join('.')
      return { kind: 'found', data: [`${ip.replaceAll('.', '-')}.googlebot.com.`] }
    }
    const ip = name.split('.')[0]?.replaceAll('-', '.') ?? ''
    return { kind: 'found', data: this.liars.has(ip) ? [] : [ip] }
  }

  readonly shared: SharedFindings = {
    get: async (key) => this.cache.get(key),
    put: async (key, finding) => void this.cache.set(key, finding),
  }

  proofs(shared?: SharedFindings) {
    const proofs = createDnsProofs({ ask: this.ask, clock: () => this.now, ...(shared ? { shared } : {}) })
    return {
      stats: proofs.stats,
      find: (ip: string, suffixes: readonly string[] = SUFFIXES): DnsFinding =>
        proofs.find(parseAddress(ip), suffixes, this.now, (work) => this.work.push(work)),
    }
  }

  /** All that was kept alive so far has ended. */
  async settle(): Promise<void> {
    this.isSlow = false
    for (const go of this.#waiting.splice(0)) go()
    await Promise.all(this.work.splice(0))
  }
}

describe('proofs by DNS', () => {
  test('are pending at first sight, and there at the next request', async () => {
    const world = new World()
    const { find } = world.proofs()
    expect(find('66.249.66.1')).toBe('pending')
    await world.settle()
    expect(find('66.249.66.1')).toBe('confirmed')
    expect(world.asked).toBe(2)
  })

  test('leave nobody undecided for long who answers slowly for addresses of his own', async () => {
    const world = new World()
    const { find } = world.proofs()
    {
      let undecided = 0
      for (let i = 1; i <= 200; i++) {
        world.liars.add(`192.0.2.${i}`)
        if (find(`192.0.2.${i}`) === 'pending') undecided++
        if (i % 2 === 0) await world.settle()
        world.now += 1000
      }
      expect(undecided).toBe(2)
      // Somebody who is confirmed clears the network, and others are not held liable.
      expect(find('192.0.2.250')).toBe('unknown')
      await world.settle()
      expect(find('192.0.2.250')).toBe('confirmed')
      expect([find('192.0.2.251'), find('198.51.100.1')]).toEqual(['pending', 'pending'])
    }
  })

  test('are looked up once however many requests ask', async () => {
    const world = new World()
    const { find } = world.proofs()
    for (let i = 0; i < 100; i++) expect(find('66.249.66.1')).toBe('pending')
    await world.settle()
    expect(world.asked).toBe(2)
  })

  test('hold for a day when confirmed, and are renewed before it ends without a gap', async () => {
    const world = new World()
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    world.now += 22 * 60 * MINUTE
    expect(find('66.249.66.1')).toBe('confirmed')
    expect(world.work).toHaveLength(0)
    world.now += 90 * MINUTE
    expect(find('66.249.66.1')).toBe('confirmed')
    expect(world.work).toHaveLength(1)
    await world.settle()
    world.now += 22 * 60 * MINUTE
    expect(find('66.249.66.1')).toBe('confirmed')
  })

  test('are no longer confirmed once a renewal refutes them', async () => {
    const world = new World()
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    world.liars.add('66.249.66.1')
    world.now += 23.5 * 60 * MINUTE
    expect(find('66.249.66.1')).toBe('confirmed')
    await world.settle()
    expect(find('66.249.66.1')).toBe('refuted')
  })

  test('hold for ten minutes when refuted', async () => {
    const world = new World()
    world.liars.add('5.9.0.1')
    const { find } = world.proofs()
    find('5.9.0.1')
    await world.settle()
    world.now += 10 * MINUTE - 1
    expect(find('5.9.0.1')).toBe('refuted')
    world.now += 1
    expect(find('5.9.0.1')).toBe('pending')
  })

  test('are unknown for a minute when the resolver is down, and then asked again', async () => {
    const world = new World()
    world.isDown = true
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    expect(find('66.249.66.1')).toBe('unknown')
    world.now += MINUTE
    world.isDown = false
    expect(find('66.249.66.1')).toBe('pending')
    await world.settle()
    expect(find('66.249.66.1')).toBe('confirmed')
  })

  test('stay confirmed to their end while the resolver is down, and not longer', async () => {
    const world = new World()
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    world.isDown = true
    world.now += 23.5 * 60 * MINUTE
    find('66.249.66.1')
    await world.settle()
    expect(find('66.249.66.1')).toBe('confirmed')
    await world.settle()
    world.now += 31 * MINUTE
    expect(find('66.249.66.1')).toBe('pending')
    await world.settle()
    expect(find('66.249.66.1')).toBe('unknown')
  })

  test('are of an address and an operator: a name of one is none of another', async () => {
    const world = new World()
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    expect(find('66.249.66.1', ['.search.msn.com'])).toBe('pending')
    await world.settle()
    expect(find('66.249.66.1', ['.search.msn.com'])).toBe('refuted')
    expect(find('66.249.66.1')).toBe('confirmed')
  })

  test('are unknown without an address or a suffix', () => {
    const world = new World()
    const { find } = world.proofs()
    expect(find('no address')).toBe('unknown')
    expect(find('66.249.66.1', [])).toBe('unknown')
    expect(world.asked).toBe(0)
  })

  test('are looked up eight at a time, two of one network', async () => {
    const world = new World()
    world.isSlow = true
    const { find, stats } = world.proofs()
    for (let i = 1; i <= 20; i++) expect(find(`5.9.0.${i}`)).toBe(i <= 2 ? 'pending' : 'unknown')
    expect(world.work).toHaveLength(2)
    for (let i = 1; i <= 20; i++) expect(find(`5.9.${i}.1`)).toBe(i <= 6 ? 'pending' : 'unknown')
    expect(world.work).toHaveLength(8)
    expect(stats.crowded).toBe(18 + 14)
    await world.settle()
    expect(find('5.9.1.1')).toBe('confirmed')
    expect(find('5.9.19.1')).toBe('pending')
    expect(world.work).toHaveLength(1)
  })

  test('are looked up twenty in a second', async () => {
    const world = new World()
    const { find } = world.proofs()
    for (let i = 1; i <= 60; i++) {
      find(`5.9.${i}.1`)
      await world.settle()
    }
    expect(world.asked).toBe(40)
    world.now += 1000
    find('5.9.60.1')
    await world.settle()
    expect(world.asked).toBe(42)
  })

  test('whose look-up was lost with its request make room for others', async () => {
    const world = new World()
    world.isSlow = true
    const { find } = world.proofs()
    for (let i = 1; i <= 8; i++) find(`5.9.${i}.1`)
    world.now += 10_001
    find('5.9.100.1')
    expect(world.work).toHaveLength(9)
    await world.settle()
  })

  test('that were confirmed are not pushed out by any number that are refuted', async () => {
    const world = new World()
    const { find } = world.proofs()
    find('66.249.66.1')
    await world.settle()
    for (let i = 0; i < 5000; i++) {
      const ip = `5.${i >> 8}.${i & 255}.1`
      world.liars.add(ip)
      world.now += 100
      find(ip)
      await world.settle()
    }
    expect(find('66.249.66.1')).toBe('confirmed')
    // The first of the others had to go.
    expect(find('5.19.135.1')).toBe('refuted')
    expect(find('5.0.0.1')).toBe('pending')
  })

  test('are told to the isolates of the data centre', async () => {
    const world = new World()
    world.liars.add('5.9.0.1')
    const first = world.proofs(world.shared)
    first.find('66.249.66.1')
    first.find('5.9.0.1')
    await world.settle()
    const { asked } = world
    const second = world.proofs(world.shared)
    second.find('66.249.66.1')
    second.find('5.9.0.1')
    await world.settle()
    expect(second.find('66.249.66.1')).toBe('confirmed')
    expect(second.find('5.9.0.1')).toBe('refuted')
    expect(world.asked).toBe(asked)
    expect(second.stats.shared).toBe(2)
  })

  test('hold no longer because another isolate told them', async () => {
    const world = new World()
    world.proofs(world.shared).find('66.249.66.1')
    await world.settle()
    world.now += 23.5 * 60 * MINUTE
    const second = world.proofs(world.shared)
    second.find('66.249.66.1')
    await world.settle()
    world.now += 31 * MINUTE
    expect(second.find('66.249.66.1')).toBe('pending')
  })

  test('that the resolver did not give are not told', async () => {
    const world = new World()
    world.isDown = true
    world.proofs(world.shared).find('66.249.66.1')
    await world.settle()
    expect(world.cache.size).toBe(0)
  })

  test.each(['confirmed', 'confirmed 99999999999999', 'unknown 1780000060000', 'confirmed 1 2', 'yes', ''])(
    'are not taken from a cache that says %j',
    async (text) => {
      const world = new World()
      world.liars.add('5.9.0.1')
      const proofs = world.proofs({ get: async () => text, put: async () => undefined })
      proofs.find('5.9.0.1')
      await world.settle()
      expect(proofs.find('5.9.0.1')).toBe('refuted')
    },
  )

  test('do without a cache that fails', async () => {
    const world = new World()
    const down = (): Promise<never> => Promise.reject(new Error('no cache'))
    const proofs = world.proofs({ get: down, put: down })
    proofs.find('66.249.66.1')
    await world.settle()
    expect(proofs.find('66.249.66.1')).toBe('confirmed')
  })
})
