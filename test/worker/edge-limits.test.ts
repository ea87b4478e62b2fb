import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { ask, problemOf, type Reply } from './exchange.ts'
import { compile, type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openWorker } from './open-worker.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const limit = (id: string, more: string): string =>
  `  - { id: ${id}, paths: [/${id}], characteristics: [ip.src], period: 1h, requests_per_period: 50, ${more} }\n`

const LIMITS = `limits:\n${[
  limit('exact', 'mitigation_timeout: 1h, mode: strict, timeout: 5s'),
  limit('leased', 'announce: true'),
  limit('watched', 'mode: log'),
].join('')}`
const ON_ERROR = `limits:\n${(['open', 'local', 'closed'] as const)
  .map((mode) => limit(mode, `on_error: ${mode}, timeout: 500ms${mode === 'closed' ? ', mode: strict' : ''}`))
  .join('')}`

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({
    files: {
      'routes/a.yaml': siteRoute(origin.url),
      'limits.yaml': LIMITS,
      'settings.yaml': 'records_per_second: 10000\n',
    },
  })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

const as = (ip: string): Record<string, string> => ({ 'sallyport-simulate': `ip=${ip}` })

function flood(url: string, target: string, count: number, ip: string): Promise<Reply[]> {
  return Promise.all(Array.from({ length: count }, () => ask(url, { target, headers: as(ip) })))
}

const countOf = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length

describe('a limit', () => {
  test('lets exactly as many requests through as it says, also when they come at once', async () => {
    origin.arrived.length = 0
    const replies = await flood(edge.url, '/exact', 120, '198.51.100.1')
    expect([countOf(replies, 200), countOf(replies, 429)]).toEqual([50, 70])
    expect(origin.arrived).toHaveLength(50)
  })

  test('says who refused and when to come back', async () => {
    const reply = await ask(edge.url, { target: '/exact', headers: as('198.51.100.1') })
    expect(problemOf(reply)).toMatchObject({ rule: 'limits.exact', stage: 'limits', status: 429 })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(3000)
  })

  test('asks no counter for a client that is blocked', async () => {
    const calls = async (): Promise<{ calls: number; blockedLocally: number }> =>
      JSON.parse((await ask(edge.url, { target: '/.sallyport/health' })).text).limits
    const before = await calls()
    const replies = await flood(edge.url, '/exact', 30, '198.51.100.1')
    const after = await calls()
    expect(countOf(replies, 429)).toBe(30)
    expect([after.calls - before.calls, after.blockedLocally - before.blockedLocally]).toEqual([0, 30])
  })

  test('counts each client apart, IPv6 clients by their /64', async () => {
    expect(countOf(await flood(edge.url, '/exact', 10, '198.51.100.2'), 200)).toBe(10)
    const near = await flood(edge.url, '/exact', 50, '2001:db8:0:1::1')
    const neighbour = await flood(edge.url, '/exact', 1, '2001:db8:0:1:ffff::2')
    const far = await flood(edge.url, '/exact', 1, '2001:db8:0:2::1')
    expect([countOf(near, 200), countOf(neighbour, 429), countOf(far, 200)]).toEqual([50, 1, 1])
  })

  test('in log mode refuses nobody and is told in record and verdict', async () => {
    const replies = await flood(edge.url, '/watched', 50, '198.51.100.3')
    const hasBeenLogged = (): boolean =>
      origin.arrived.some(({ fields }) =>
        fields.some(([name, value]) => name === 'sallyport-verdict' && value.includes('("limits.watched")')),
      )
    // Nobody waits for what refuses nobody: the verdict comes behind the answers.
    for (let i = 0; i < 200 && !hasBeenLogged(); i++) {
      replies.push(...(await flood(edge.url, '/watched', 1, '198.51.100.3')))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(hasBeenLogged()).toBe(true)
    expect(countOf(replies, 200)).toBe(replies.length)
    const record = await edge.log.find(({ logged }) => Array.isArray(logged))
    expect(record).toMatchObject({ action: 'pass', logged: ['limits.watched'] })
  })

  test('that is leased asks seldom, says how a client stands, and ends a flood near its bound', async () => {
    const statsOf = async (): Promise<{ calls: number }> =>
      JSON.parse((await ask(edge.url, { target: '/.sallyport/health' })).text).limits
    const before = await statsOf()
    const first = await ask(edge.url, { target: '/leased', headers: as('198.51.100.8') })
    expect(first.headers['ratelimit-policy']).toBe('"leased";q=50;w=3600')
    expect(first.headers.ratelimit).toMatch(/^"leased";r=4\d;t=\d+$/)
    const replies: Reply[] = []
    for (let i = 0; i < 30; i++) replies.push(...(await flood(edge.url, '/leased', 10, '198.51.100.8')))
    // One isolate: its allowance of 25 when it knows that it is alone, two of grace and one token at most on top.
    expect(countOf(replies, 200) + 1).toBeGreaterThanOrEqual(50)
    expect(countOf(replies, 200) + 1).toBeLessThanOrEqual(50 + 25 + 3)
    expect((await statsOf()).calls - before.calls).toBeLessThan(60)
    const last = await ask(edge.url, { target: '/leased', headers: as('198.51.100.8') })
    expect([last.status, last.headers.ratelimit?.slice(0, 13)]).toEqual([429, '"leased";r=0;'])
  })

  test('does not count what hygiene refuses', async () => {
    await Promise.all(
      Array.from({ length: 60 }, () => ask(edge.url, { target: '/exact/%00', headers: as('198.51.100.4') })),
    )
    expect(countOf(await flood(edge.url, '/exact', 50, '198.51.100.4'), 200)).toBe(50)
  })
})

describe.each([
  ['that fail', 'throw new Error("broken")'],
  ['that never answer', 'return new Promise(() => {})'],
])('counters %s', (_, exchange) => {
  test('are answered as on_error says', { timeout: 60_000 }, async () => {
    const bundle = await compile({ 'routes/a.yaml': siteRoute(origin.url), 'limits.yaml': ON_ERROR })
    const worker = await openWorker({ entry: 'local', bundle, keys: createLocalKeys().edge, exchange })
    try {
      const open = await flood(worker.url, '/open', 60, '198.51.100.5')
      const local = await flood(worker.url, '/local', 60, '198.51.100.6')
      const closed = await flood(worker.url, '/closed', 5, '198.51.100.7')
      // Each isolate on its own: with the whole limit, or its share, an eighth until a shard says how many there are.
      expect([countOf(open, 200), countOf(open, 429)]).toEqual([50, 10])
      expect([countOf(local, 200), countOf(local, 429)]).toEqual([7, 53])
      expect(closed.map((reply) => [reply.status, problemOf(reply).rule])).toEqual(
        closed.map(() => [503, 'limits.closed']),
      )
    } finally {
      await worker.stop()
    }
  })
})
