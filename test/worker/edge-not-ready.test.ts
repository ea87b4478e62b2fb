import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { type AdmittedRequest, guard } from '../../src/origin/node.ts'
import { closeServer, listen } from '../origin/apps.ts'
import { ask, begin, problemOf } from './exchange.ts'
import { openEdge, siteRoute } from './open-edge.ts'

const ORIGIN_HALF = createLocalKeys('ed25519').origin
const SHORT = JSON.stringify({
  keys: [{ kty: 'oct', kid: 'short', alg: 'HS256', use: 'sig', k: 'c2VjcmV0LXNlY3JldA' }],
})

describe('an edge without usable keys', () => {
  test.each([
    ['no secret at all', null, /SALLYPORT_KEYS is not set.*keys new/],
    ['an empty secret', '', /SALLYPORT_KEYS is not set/],
    ['text that is no JSON', 'hunter2-hunter2', /SALLYPORT_KEYS/],
    ['a key that is too short', SHORT, /SALLYPORT_KEYS: .*short/],
    ['the origin’s half of an Ed25519 key', ORIGIN_HALF, /cannot sign/],
  ])('with %s answers 503 and says why in its log only', async (_, secret, why) => {
    const edge = await openEdge({ files: { 'routes/a.yaml': siteRoute('http://127.0.0.1:9') }, secret })
    try {
      for (const target of ['/', '/.sallyport/health', '/a%00']) {
        const reply = await ask(edge.url, { target })
        expect([reply.status, problemOf(reply).rule]).toEqual([503, 'forward.not-ready'])
        expect(reply.headers['sallyport-request-id']).toMatch(/^[0-9a-f-]{36}$/)
        expect(reply.text).not.toMatch(why)
      }
      const line = await edge.log.find(({ kind }) => kind === 'not-ready')
      expect(line.problem).toMatch(why)
      const shown = edge.log.lines.join('\n')
      for (const part of ['hunter2', 'c2VjcmV0', ...(ORIGIN_HALF.match(/"x":"([^"]+)"/)?.slice(1) ?? [])]) {
        expect(shown).not.toContain(part)
      }
    } finally {
      await edge.stop()
    }
  })
})

describe.each(['hmac-sha256', 'ed25519'] as const)('an edge with a key for %s', (alg) => {
  const keys = createLocalKeys(alg)
  const seen: AdmittedRequest[] = []
  const server = createServer(
    guard(
      (request, response) => {
        seen.push(request)
        request.resume()
        request.on('end', () => response.end('admitted'))
      },
      { keys: keys.origin, scheme: 'http' },
    ),
  )
  let edge: Awaited<ReturnType<typeof openEdge>>
  let origin = ''

  beforeAll(async () => {
    origin = `http://127.0.0.1:${await listen(server)}`
    edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin) }, keys })
  })
  afterAll(async () => {
    await edge.stop()
    await closeServer(server)
  })

  test('gets ready even when the client of its first request has left', async () => {
    const first = begin(edge.url, { target: '/first' })
    first.on('error', () => {})
    first.end()
    await once(first, 'finish')
    first.socket?.resetAndDestroy()
    expect((await ask(edge.url)).text).toBe('admitted')
  })

  test('gets its first requests through, however many come at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(edge.url, { target: `/${i}` })),
    )
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 40 }, () => 'admitted'))
  })

  test('gets targets, bodies and facts through the verifier', async () => {
    const body = 'a covered body'
    const reply = await ask(edge.url, {
      method: 'POST',
      target: "/a%2db/caf%c3%a9?q='1'",
      body,
      headers: { 'content-length': String(body.length), 'sallyport-simulate': 'ip=2001:db8::5; country=FR' },
    })
    expect(reply.text).toBe('admitted')
    const request = seen.at(-1)
    expect(request?.url).toBe('/a-b/caf%C3%A9?q=%271%27')
    expect(request?.sallyport).toMatchObject({
      signed: true,
      client: { ip: '2001:db8::5', country: 'FR', host: new URL(edge.url).host },
      keyid: JSON.parse(keys.edge).keys[0].kid,
      contentDigest: expect.stringMatching(/^sha-256=:/),
    })
  })

  test('is let in by its own origin only', async () => {
    const other = await openEdge({
      files: { 'routes/a.yaml': siteRoute(origin) },
      keys: createLocalKeys(alg),
    })
    const reply = await ask(other.url)
    await other.stop()
    expect([reply.status, (await ask(edge.url)).status]).toEqual([403, 200])
  })
})
