import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ask, problemOf } from './exchange.ts'
import { type OpenEdge, openEdge } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let origin: ScriptedOrigin
let edge: OpenEdge

const routes = (url: string): string => `routes:
  - id: site
    hosts: [127.0.0.1]
    path: /
    forward: { origin: '${url}' }
  - id: nowhere
    hosts: [only-a-path.example]
    path: /a
    forward: { origin: '${url}' }
  - id: moved
    hosts: [127.0.0.1]
    path: /moved
    redirect: { location: /new/, status: 307, preserve_path: true, preserve_query: true }
    response_headers: { set: { x-route: moved } }
  - id: fixed
    hosts: [127.0.0.1]
    exact: /fixed
    respond: { status: 200, content_type: text/css, body: 'a{}' }
  - id: empty
    hosts: [127.0.0.1]
    exact: /empty
    respond: { status: 204 }
  - id: unchanged
    hosts: [127.0.0.1]
    exact: /unchanged
    respond: { status: 304 }
`

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({ files: { 'routes/a.yaml': routes(origin.url) } })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

describe('the request id', () => {
  test.each([
    ['a pass', { target: '/' }, 200],
    ['a refusal', { target: '/a%00' }, 400],
    ['a method that is not taken', { target: '/', method: 'TRACE' }, 405],
    ['an unknown host', { target: '/', headers: { host: 'other.example' } }, 421],
    ['an unknown path', { target: '/b', headers: { host: 'only-a-path.example' } }, 404],
    ['a redirect', { target: '/moved' }, 307],
    ['a fixed response', { target: '/fixed' }, 200],
    ['a fixed response without content', { target: '/empty' }, 204],
    ['a fixed response to a conditional request', { target: '/unchanged' }, 304],
    ['the health endpoint', { target: '/.sallyport/health' }, 200],
    ['an unknown endpoint', { target: '/.sallyport/other' }, 404],
    [
      'an unknown endpoint of an unknown host',
      { target: '/.sallyport/x', headers: { host: 'o.example' } },
      404,
    ],
  ])('is on %s', async (_, sent, status) => {
    const reply = await ask(edge.url, sent)
    expect(reply.status, reply.text).toBe(status)
    expect(reply.headers['sallyport-request-id']).toMatch(UUID_V7)
  })

  test('is on a WebSocket handshake', async () => {
    const { WebSocketServer } = await import('ws')
    const server = new WebSocketServer({ noServer: true })
    origin.onUpgrade((request, socket, head) =>
      server.handleUpgrade(request, socket, head, (peer) => peer.close()),
    )
    const id = await new Promise((resolve, reject) => {
      const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/socket`)
      socket.on('upgrade', (response) => resolve(response.headers['sallyport-request-id']))
      socket.on('error', reject)
    })
    expect(id).toMatch(UUID_V7)
  })

  test('is the one that the origin is told', async () => {
    const reply = await ask(edge.url)
    const told = origin.arrived.at(-1)?.fields.find(([name]) => name === 'sallyport-request-id')?.[1]
    expect(told).toBe(`"${reply.headers['sallyport-request-id']}"`)
  })

  test('replaces one that the origin sends', async () => {
    origin.on('/own-id', (_request, response) => response.setHeader('sallyport-request-id', 'x').end())
    const reply = await ask(edge.url, { target: '/own-id' })
    expect(reply.headers['sallyport-request-id']).toMatch(UUID_V7)
  })

  test('is never the same twice', async () => {
    const replies = await Promise.all(Array.from({ length: 200 }, () => ask(edge.url, { target: '/fixed' })))
    expect(new Set(replies.map(({ headers }) => headers['sallyport-request-id'])).size).toBe(200)
  })
})

describe('a refusal', () => {
  test('is a problem document for programs', async () => {
    const reply = await ask(edge.url, { target: '/a%2Fb?token=secret' })
    expect(reply.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(problemOf(reply)).toEqual({
      type: 'urn:sallyport:rule:hygiene.encoded-slash',
      title: 'Bad request',
      status: 400,
      detail: expect.stringContaining('%2F'),
      stage: 'hygiene',
      rule: 'hygiene.encoded-slash',
      fix: expect.stringContaining('relax: [encoded-slash]'),
      request_id: reply.headers['sallyport-request-id'],
    })
  })

  test('is a page for people, with nothing of the request in it', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const reply = await ask(edge.url, { target: '/a%2F%3Ci%3Ex', headers })
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
    expect(reply.text).toContain(String(reply.headers['sallyport-request-id']))
    expect(reply.text).toContain('hygiene.encoded-slash')
    expect(reply.text).not.toMatch(/<i>|%3Ci/)
  })

  test('to HEAD has no content', async () => {
    const reply = await ask(edge.url, { method: 'HEAD', target: '/a%2Fb' })
    expect(reply.status).toBe(400)
    expect(reply.body).toHaveLength(0)
  })

  test('never reaches the origin', async () => {
    origin.arrived.length = 0
    const targets = ['/%00', '/%zz', '/..%2f', '/a/../b', '/%5c', '/%252e', '/?%00']
    await Promise.all(targets.map((target) => ask(edge.url, { target })))
    expect(origin.arrived).toEqual([])
  })
})

describe('a route that answers by itself', () => {
  test('redirects with what follows its prefix and the query, and may edit the answer', async () => {
    const reply = await ask(edge.url, { target: '/moved/a/b?c=%64' })
    expect(reply.headers).toMatchObject({ location: '/new/a/b?c=d', 'x-route': 'moved' })
  })

  test('sends its body with its type', async () => {
    const reply = await ask(edge.url, { target: '/fixed' })
    expect([reply.headers['content-type'], reply.text]).toEqual(['text/css', 'a{}'])
  })
})

describe('the endpoints of the edge', () => {
  test('health says which policy, key and counters are in use, and holds no secret', async () => {
    const reply = await ask(edge.url, { target: '/.sallyport/health' })
    const secrets = JSON.parse(edge.keys.edge).keys.map(({ k }: { k: string }) => k)
    expect(JSON.parse(reply.text)).toEqual({
      status: 'ok',
      policy: expect.stringMatching(/^[0-9a-f]{16}$/),
      keyid: JSON.parse(edge.keys.edge).keys[0].kid,
      limits: {
        calls: 0,
        reports: 0,
        errors: 0,
        timeouts: 0,
        skipped: 0,
        waited: 0,
        blockedLocally: 0,
        local: 0,
        evicted: 0,
        faults: 0,
      },
      watch: { exchanges: 0, errors: 0 },
      challenge: { issued: 0, solved: 0, unknown: 0, failed: expect.objectContaining({ forged: 0 }) },
      rules: { faults: 0, unusable: 0, cuts: 0 },
      delivery: expect.objectContaining({ state: 'off', source: 'baseline', serial: null }),
    })
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.text).not.toContain(secrets[0])
  })

  test('are found by the canonical path and never forwarded', async () => {
    origin.arrived.length = 0
    expect((await ask(edge.url, { target: '/%2Esallyport/health' })).status).toBe(200)
    const doubled = await ask(edge.url, { target: '//.sallyport//health' })
    const other = await ask(edge.url, { target: '/.sallyport/health', method: 'POST', body: 'x' })
    for (const reply of [doubled, other]) {
      expect([reply.status, problemOf(reply).rule]).toEqual([404, 'route.unknown-endpoint'])
    }
    expect(origin.arrived).toEqual([])
  })

  test('stand behind hygiene', async () => {
    const reply = await ask(edge.url, { target: '/.sallyport/health?%00' })
    expect(problemOf(reply).rule).toBe('hygiene.query-nul')
  })
})
