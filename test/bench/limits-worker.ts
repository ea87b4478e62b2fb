/**
 * The limits bench's side in workerd: one isolate that answers `hello` to whom its scheme lets through.
 *
 * - `facts`: reads who the client is and asks nobody
 * - `call`: one call of the shard for each request, as limiters for Workers do
 * - `cached`: the same, and remembers refusals
 * - `leased`: ours
 *
 * Below `/-/` it answers the bench itself: `calls` so far, and `spin`, many checks in one request.
 */
import type { LimitModel } from '../../src/bundle/model.ts'
import type { RequestFacts } from '../../src/http/facts.ts'
import { readHost } from '../../src/http/host.ts'
import { readTarget } from '../../src/http/target.ts'
import type { CounterShards } from '../../src/ingress/limits/exchange.ts'
import type { LimitResult } from '../../src/ingress/limits/limit-check.ts'
import { createLimiter, type Limiter } from '../../src/ingress/limits/limiter.ts'
import { parseAddress } from '../../src/net/address.ts'
import { type CounterNamespace, durableShards } from '../../src/worker/counter-shards.ts'
import { startTimer } from '../../src/worker/start-timer.ts'

interface Env {
  readonly SCHEME: 'facts' | 'call' | 'cached' | 'leased'
  /** A `LimitModel` as JSON. */
  readonly LIMIT: string
  readonly COUNTERS: CounterNamespace
  readonly NAIVE: {
    getByName(name: string): { hit(...hit: Parameters<NaiveCounts['hit']>): Promise<number> }
  }
}

interface Context {
  waitUntil(work: Promise<unknown>): void
}

/** What a counter object does without us: a sliding window of two buckets per client, in memory. */
export class NaiveCounts {
  readonly #clients = new Map<string, { start: number; previous: number; current: number }>()

  /** Milliseconds since the epoch when the client is let in again; 0: it is. */
  hit(client: string, limit: number, period: number, mitigation: number): number {
    const now = Date.now()
    let state = this.#clients.get(client)
    if (state === undefined) {
      state = { start: now, previous: 0, current: 0 }
      this.#clients.set(client, state)
    }
    const elapsed = Math.floor((now - state.start) / (period * 1000))
    if (elapsed > 0) {
      state.previous = elapsed === 1 ? state.current : 0
      state.current = 0
      state.start += elapsed * period * 1000
    }
    const share = 1 - (now - state.start) / (period * 1000)
    if (state.previous * share + state.current >= limit) return now + Math.max(1000, mitigation * 1000)
    state.current++
    return 0
  }
}

const HOST = readHost('app.example', 'https')
const TARGET = readTarget('/api/items/42')
/** Refusals that the cached scheme remembers; what it forgets costs a call. */
const MAX_BLOCKS = 100_000

const blocks = new Map<string, number>()
let calls = 0
let limit: LimitModel | undefined
let limiter: Limiter | undefined

/** Counts the calls that leave the isolate. */
function counted(shards: CounterShards): CounterShards {
  return {
    exchange(shard, message, now) {
      calls++
      return shards.exchange(shard, message, now)
    },
  }
}

function start(env: Env): LimitModel {
  const model = JSON.parse(env.LIMIT) as LimitModel
  limit = model
  limiter = createLimiter([model], {
    shards: counted(durableShards(env.COUNTERS)),
    secret: new Uint8Array(16).fill(7),
    timer: startTimer,
    isolate: Math.floor(Math.random() * 2 ** 52),
    random: Math.random,
    clock: Date.now,
    shardCount: 4,
  })
  return model
}

function readFacts(method: string, headers: Headers, address: string): RequestFacts {
  return {
    method,
    scheme: 'https',
    host: HOST,
    target: TARGET,
    rawTarget: '/api/items/42',
    headers: headers as unknown as RequestFacts['headers'],
    client: { address: parseAddress(address), colo: 'FRA' },
    hasBody: false,
  }
}

const answer = (retryAfter: number): Response =>
  retryAfter === 0
    ? new Response('hello')
    : new Response('wait!', { status: 429, headers: { 'retry-after': String(retryAfter) } })

async function ask(env: Env, model: LimitModel, client: string): Promise<Response> {
  const now = Date.now()
  if (env.SCHEME === 'cached') {
    const until = blocks.get(client) ?? 0
    if (until > now) return answer(Math.ceil((until - now) / 1000))
  }
  calls++
  const { requests_per_period: most, period, mitigation_timeout: mitigation } = model
  const until = await env.NAIVE.getByName('shard').hit(client, most, period, mitigation)
  if (until === 0) return answer(0)
  if (env.SCHEME === 'cached') {
    if (blocks.size >= MAX_BLOCKS) blocks.clear()
    blocks.set(client, until)
  }
  return answer(Math.ceil((until - now) / 1000))
}

const conclude = ({ terminal }: LimitResult): Response =>
  answer(terminal === undefined ? 0 : Math.max(1, terminal.retryAfter ?? 1))

/** Checks of so many clients, one after another, from number `from` on; the time is the caller's to take. */
async function spin(facts: RequestFacts, params: URLSearchParams): Promise<Response> {
  if (limiter === undefined) throw new TypeError('start comes first')
  const [from, count] = [Number(params.get('from')), Number(params.get('count'))]
  const step = Number(params.get('step') ?? 1)
  let refused = 0
  const now = Date.now()
  for (let n = 0; n < count; n++) {
    const client = {
      ...facts.client,
      address: { version: 4, value: (FIRST + from + n * step) >>> 0 } as const,
    }
    const result = limiter.check({ ...facts, client }, now)
    const settled = result instanceof Promise ? await result : result
    if (settled.terminal) refused++
  }
  return Response.json({ refused })
}

/** 10.0.0.0 */
const FIRST = 0x0a000000

async function serveBench(request: Request, facts: RequestFacts): Promise<Response> {
  const url = new URL(request.url)
  if (url.pathname === '/-/calls') return Response.json({ calls, stats: limiter?.stats ?? null })
  return spin(facts, url.searchParams)
}

export default {
  fetch(request: Request, env: Env, context: Context): Response | Promise<Response> {
    const model = limit ?? start(env)
    const client = request.headers.get('x-client')
    if (client === null) return serveBench(request, readFacts(request.method, request.headers, '192.0.2.1'))
    if (env.SCHEME === 'call' || env.SCHEME === 'cached') return ask(env, model, client)
    const facts = readFacts(request.method, request.headers, client)
    if (env.SCHEME === 'facts' || limiter === undefined)
      return answer(facts.client.address === undefined ? 1 : 0)
    const keepAlive = (work: Promise<unknown>): void => context.waitUntil(work)
    const result = limiter.check(facts, Date.now(), { keepAlive })
    return result instanceof Promise ? result.then(conclude) : conclude(result)
  },
}
