/**
 * Requests of the simulation as the limiter is shown them, and the limit they meet.
 * @module
 */
import type { LimitModel, OnError } from '../../../src/bundle/model.ts'
import type { RequestFacts } from '../../../src/http/facts.ts'
import { readHost } from '../../../src/http/host.ts'
import { readTarget } from '../../../src/http/target.ts'
import { createKeyHasher } from '../../../src/ingress/limits/key.ts'
import { createSipKey } from '../../../src/ingress/limits/sip-hash.ts'
import type { Scenario } from '../scenarios.ts'
import type { World } from '../scheme.ts'
import { ISOLATES_PER_POP } from '../traffic.ts'

/** Milliseconds to wait for a shard: a global one is farther away. */
const TIMEOUT_COLO = 100
const TIMEOUT_GLOBAL = 300

const KEY_HEADER = 'x-api-key'

type Limited = Pick<Scenario, 'scope' | 'period' | 'limit' | 'mitigation' | 'accuracy'>

export function createLimitModel(scenario: Limited, onError: OnError = 'local'): LimitModel {
  const isGlobal = scenario.scope === 'global'
  return {
    id: 'simulated',
    description: '',
    mode: 'enforce',
    scope: { hosts: [], paths: [], methods: [] },
    requests_to_origin: false,
    characteristics: [isGlobal ? { kind: 'http.request.headers', name: KEY_HEADER } : { kind: 'ip.src' }],
    readsBody: false,
    period: scenario.period,
    requests_per_period: scenario.limit,
    mitigation_timeout: scenario.mitigation,
    action: scenario.mitigation > 0 ? 'block' : 'throttle',
    on_error: onError,
    timeout_ms: isGlobal ? TIMEOUT_GLOBAL : TIMEOUT_COLO,
    status: 429,
    counting_scope: scenario.scope,
    accuracy: scenario.accuracy,
    announce: false,
  }
}

/** Visitors come from 10.0.0.0/8, sources of attacks from 45.0.0.0 on. */
const VISITOR_BASE = 0x0a00_0000
const ATTACK_BASE = 0x2d00_0000

/** Three letters, as Cloudflare's data centres have. */
function nameColo(isolate: number): string {
  return `XX${String.fromCharCode(65 + Math.floor(isolate / ISOLATES_PER_POP))}`
}

type FactsOf = (client: number, isolate: number) => RequestFacts

/** @param visitors How many of the clients are visitors. */
export function createFactsOf(visitors: number): FactsOf {
  const host = readHost('shop.example', 'https')
  const target = readTarget('/')
  return function makeFacts(client, isolate) {
    const isVisitor = client < visitors
    const value = isVisitor ? VISITOR_BASE + client : ATTACK_BASE + client - visitors
    const key = `key-${client}`
    return {
      method: 'GET',
      scheme: 'https',
      host,
      target,
      rawTarget: '/',
      headers: {
        get: (name: string) => (name === KEY_HEADER ? key : undefined),
      } as RequestFacts['headers'],
      client: { address: { version: 4, value }, colo: nameColo(isolate) },
      hasBody: false,
    }
  }
}

/** Facts of requests by their number; those of a client that comes again are made once. */
export function createFacts(world: World): (request: number) => RequestFacts {
  const { traffic, scenario } = world
  const makeFacts = createFactsOf(traffic.visitors)
  const comesOnce = (scenario.shape.attack?.sources ?? 1) === 0
  const known = new Map<number, RequestFacts>()
  return function findFacts(request) {
    const client = traffic.clients[request] as number
    const isolate = traffic.isolates[request] as number
    if (comesOnce && client >= traffic.visitors) return makeFacts(client, isolate)
    // A client that roams shows another data centre each time; the counters of its key are global.
    let facts = known.get(client)
    if (facts === undefined) {
      facts = makeFacts(client, isolate)
      known.set(client, facts)
    }
    return facts
  }
}

/** Whether a report's key is that of a visitor. */
export function createVisitorTest(
  world: World,
  model: LimitModel,
  secret: Uint8Array,
): (hi: number, lo: number) => boolean {
  const { traffic } = world
  const keys = createKeyHasher(model.id, model.characteristics, createSipKey(secret))
  const makeFacts = createFactsOf(traffic.visitors)
  const names = new Set<number>()
  // 53 bits of the hash tell the keys of a run apart.
  const nameOf = (hi: number, lo: number): number => (hi & 0x1f_ffff) * 0x1_0000_0000 + lo
  for (let client = 0; client < traffic.visitors; client++) {
    const { hi, lo } = keys.hash(makeFacts(client, 0))
    names.add(nameOf(hi, lo))
  }
  return (hi, lo) => names.has(nameOf(hi, lo))
}
