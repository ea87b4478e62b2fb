/** A data centre of a few isolates, with the visitors of a site and, when a test wants them, attackers. */
import type { DosModel } from '../../../src/bundle/dos-model.ts'
import type { PolicyModel } from '../../../src/bundle/model.ts'
import type { RequestFacts } from '../../../src/http/facts.ts'
import { createBanTable } from '../../../src/ingress/dos/ban-table.ts'
import { type ColoWatch, createColoWatch, type Findings } from '../../../src/ingress/dos/colo-watch.ts'
import { createWatch, type Watch } from '../../../src/ingress/dos/watch.ts'
import type { AttackState, Ban } from '../../../src/ingress/dos/watch-protocol.ts'
import { parseAddress } from '../../../src/net/address.ts'
import { dosSchema } from '../../../src/policy/dos.ts'

export interface Visit {
  readonly address: string
  readonly asn: number
  readonly ja4?: string
  readonly agent: string
  readonly path: string
}

/** One request of a source: drawn anew each time. */
export type Source = (random: () => number) => Visit

export const defaults: DosModel = dosSchema.parse({})

/** As much of a policy as the watch takes. */
export function policyWith(dos: DosModel = defaults, limits: readonly unknown[] = []): PolicyModel {
  const stages = {
    hygiene: 'enforce',
    access: 'enforce',
    rules: 'enforce',
    limits: 'enforce',
    dos: 'enforce',
  }
  return { dos, limits, settings: { stages } } as unknown as PolicyModel
}

/** Mulberry32: the same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function factsOf(visit: Visit, host = 'shop.example'): RequestFacts {
  const { address, asn, ja4, agent, path } = visit
  return {
    method: 'GET',
    scheme: 'https',
    host: { name: host },
    target: { path, query: undefined },
    rawTarget: path,
    headers: { get: (name: string) => (name === 'user-agent' ? agent : undefined) },
    client: {
      address: parseAddress(address),
      asn,
      colo: 'FRA',
      ...(ja4 === undefined ? {} : { edge: { botManagement: { ja4 } } }),
    },
    hasBody: false,
  } as unknown as RequestFacts
}

const pick = (random: () => number, most: number): number => Math.floor(random() * most)

const FINGERPRINTS = ['t13d1516h2_aaaaaaaaaaaa_1', 't13d1516h2_bbbbbbbbbbbb_2', 't13d1517h2_cccccccccccc_3']
const AGENTS = Array.from({ length: 24 }, (_, i) => `Mozilla/5.0 (Browser ${i})`)
const PATHS = Array.from({ length: 40 }, (_, i) => `/page/${i}`)

/** Large sources that are always there: an office behind one address, and a mobile network with a third of all. */
export const OFFICE: Visit = {
  address: '198.51.100.7',
  asn: 64_501,
  agent: 'Mozilla/5.0 (Office)',
  path: '/',
}
export const MOBILE_ASN = 64_502

/** The visitors of a site, as they are on any day. Paths and agents are Zipf-like. */
export const visitors: Source = (random) => {
  const ja4 = FINGERPRINTS[Math.floor(random() ** 2 * 3)] ?? ''
  const agent = AGENTS[Math.floor(random() ** 2 * AGENTS.length)] ?? ''
  const path = PATHS[Math.floor(random() ** 2 * PATHS.length)] ?? '/'
  const kind = random()
  if (kind < 0.08) return { ...OFFICE, ja4, path }
  const host = pick(random, 60_000)
  if (kind < 0.38) {
    return {
      address: `100.${64 + (host >> 12)}.${(host >> 4) & 255}.${host & 255}`,
      asn: MOBILE_ASN,
      ja4,
      agent,
      path,
    }
  }
  const asn = 65_000 + (host % 300)
  return {
    address: `${20 + (host % 100)}.${host >> 8}.${host & 255}.${pick(random, 250)}`,
    asn,
    ja4,
    agent,
    path,
  }
}

export interface World {
  readonly colo: ColoWatch
  readonly isolates: readonly Watch[]
  /** All bans so far, and what is under attack now. */
  readonly bans: Ban[]
  attacks: readonly AttackState[]
  now: number
  /** Requests per second of each source, for so many seconds. Bans are carried out as isolates would. */
  run(seconds: number, traffic: readonly (readonly [source: Source, rate: number])[], fate?: Fate): void
}

/** What becomes of requests that no ban keeps out. */
export type Fate = (visit: Visit) => { readonly isDenied?: boolean; readonly hasFailed?: boolean }

export interface WorldOptions {
  readonly seed: number
  readonly dos?: DosModel
  readonly isolates?: number
  readonly saved?: string | undefined
  readonly start?: number
}

export function createWorld({
  seed,
  dos = defaults,
  isolates: count = 4,
  saved,
  start,
}: WorldOptions): World {
  const random = createRandom(seed)
  const begin = start ?? 1_800_000_000_000
  const isolates = Array.from({ length: count }, (_, isolate) => createWatch({ isolate, random, now: begin }))
  for (const watch of isolates) watch.adopt(policyWith(dos))
  const table = createBanTable()
  let ids = 0
  const colo = createColoWatch({ drawId: () => (++ids).toString(16).padStart(16, '0'), saved })

  function order(world: World, { bans, attacks }: Findings): void {
    world.bans.push(...bans)
    world.attacks = attacks
    const orders = { revision: table.revision + 1, bans: world.bans, attacks }
    table.apply(orders, world.now)
    for (const watch of isolates) watch.heard(orders)
  }

  function visit(world: World, source: Source, fate: Fate): void {
    const made = source(random)
    const facts = factsOf(made)
    const isBanned = (table.find(facts, world.now)?.action ?? 'log') !== 'log'
    const { isDenied = false, hasFailed = false } = isBanned ? { isDenied: true } : fate(made)
    const watch = isolates[pick(random, count)]
    watch?.see(facts, 'site', { isBanned, isDenied }, undefined, world.now)
    if (!isDenied) watch?.answered(facts.host.name, 'site', hasFailed)
  }

  function exchange(world: World): void {
    for (const watch of isolates) {
      if (!watch.due(world.now)) continue
      colo.take(watch.drain(world.now, table.revision), world.now)
      const found = colo.tick(world.now)
      if (found) order(world, found)
    }
  }

  const world: World = {
    colo,
    isolates,
    bans: [],
    attacks: [],
    now: begin,
    run(seconds, traffic, fate = () => ({})) {
      const owed = traffic.map(() => 0)
      for (let step = 0; step < seconds * 20; step++) {
        world.now += 50
        for (const [index, [source, rate]] of traffic.entries()) {
          owed[index] = (owed[index] ?? 0) + rate / 20
          for (; (owed[index] ?? 0) >= 1; owed[index] = (owed[index] ?? 0) - 1) visit(world, source, fate)
        }
        exchange(world)
      }
    },
  }
  return world
}
