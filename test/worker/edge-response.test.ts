import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type Script, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge

const MORE = `  - id: edited
    hosts: [127.0.0.1]
    path: /edited
    forward: { origin: 'ORIGIN' }
    response_headers:
      set: { x-set: ours }
      add: { x-added: [one, two], set-cookie: 'ours=1' }
      remove: [server, x-powered-by]
`

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({
    files: { 'routes/a.yaml': siteRoute(origin.url, MORE.replace('ORIGIN', origin.url)) },
  })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** What the client gets when the origin answers like this. */
async function through(path: string, script: Script, method = 'GET'): Promise<Reply> {
  origin.on(path, script)
  return ask(edge.url, { target: path, method, headers: { 'accept-encoding': 'gzip, br' } })
}

const valuesOf = (reply: Reply, name: string): string[] =>
  reply.rawHeaders.filter((_, i) => i % 2 === 1 && reply.rawHeaders[i - 1]?.toLowerCase() === name)

describe('a response of the origin', () => {
  test.each([
    ['gzip', gzipSync('hello '.repeat(500))],
    ['br', brotliCompressSync('hello '.repeat(500))],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2])],
    ['gzip', Buffer.from('this is not gzip at all')],
  ])('coded with %s arrives with the same bytes and Content-Encoding', async (coding, bytes) => {
    const reply = await through('/coded', (_request, response) =>
      response.writeHead(200, { 'content-encoding': coding, etag: '"a"' }).end(bytes),
    )
    expect(reply.headers['content-encoding']).toBe(coding)
    expect(reply.headers.etag).toBe('"a"')
    expect(reply.body.equals(bytes)).toBe(true)
  })

  test('keeps each Set-Cookie on a line of its own', async () => {
    const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2; HttpOnly', 'c=3, d']
    const reply = await through('/cookies', (_request, response) =>
      response.writeHead(200, { 'set-cookie': cookies }).end(),
    )
    expect(valuesOf(reply, 'set-cookie')).toEqual(cookies)
  })

  test.each([200, 201, 204, 205, 206, 299, 301, 304, 400, 404, 418, 500, 503, 599])(
    'keeps its status %i',
    async (status) => {
      const reply = await through(`/status-${status}`, (_request, response) =>
        response.writeHead(status, { 'x-origin': 'yes' }).end(),
      )
      expect([reply.status, reply.headers['x-origin']]).toEqual([status, 'yes'])
    },
  )

  test.each([600, 999])('with status %i, which no response may have, is a bad gateway', async (status) => {
    const reply = await through(`/status-${status}`, (_request, response) =>
      response.writeHead(status).end('x'),
    )
    expect([reply.status, reply.text]).toEqual([502, expect.stringContaining('forward.bad-status')])
    const record = await edge.log.find(({ path }) => path === `/status-${status}`)
    expect(record).toMatchObject({ rule: 'forward.bad-status', status: 502 })
  })

  test.each([301, 302, 303, 307, 308])('that redirects with %i is not followed', async (status) => {
    origin.arrived.length = 0
    const reply = await through('/redirects', (_request, response) =>
      response.writeHead(status, { location: 'https://elsewhere.example/x?y#z' }).end('moved'),
    )
    expect(reply.headers.location).toBe('https://elsewhere.example/x?y#z')
    expect(reply.text).toBe('moved')
    expect(origin.arrived).toHaveLength(1)
  })

  test('to HEAD has the length and no content', async () => {
    const reply = await through(
      '/head',
      (_request, response) => response.writeHead(200, { 'content-length': '1234' }).end(),
      'HEAD',
    )
    expect(reply.headers['content-length']).toBe('1234')
    expect(reply.body).toHaveLength(0)
    expect(origin.arrived.at(-1)?.method).toBe('HEAD')
  })

  test('keeps its length, its own Date and fields nobody knows', async () => {
    const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
    const reply = await through('/fields', (_request, response) =>
      response
        .writeHead(200, { 'content-length': '5', date, 'x-unknown': 'a, b', 'cache-control': 'max-age=5' })
        .end('hello'),
    )
    expect(reply.headers).toMatchObject({
      'content-length': '5',
      date,
      'x-unknown': 'a, b',
      'cache-control': 'max-age=5',
    })
  })

  test('that ends with trailers arrives whole', async () => {
    const reply = await through('/trailers', (_request, response) => {
      response.writeHead(200, { trailer: 'x-sum' })
      response.write('content')
      response.addTrailers({ 'x-sum': '1' })
      response.end()
    })
    expect([reply.status, reply.text]).toEqual([200, 'content'])
  })

  test('is edited as the route says', async () => {
    const reply = await through('/edited', (_request, response) =>
      response
        .writeHead(200, {
          server: 'origin/1.0',
          'x-powered-by': 'x',
          'x-set': 'theirs',
          'x-added': 'zero',
          'set-cookie': 'theirs=1',
        })
        .end('body'),
    )
    expect(reply.headers).toMatchObject({ 'x-set': 'ours', 'x-added': 'zero, one, two' })
    expect(reply.headers.server).toBeUndefined()
    expect(reply.headers['x-powered-by']).toBeUndefined()
    expect(valuesOf(reply, 'set-cookie')).toEqual(['theirs=1', 'ours=1'])
    expect(reply.text).toBe('body')
  })

  test('of many bytes arrives with the same bytes', async () => {
    const bytes = Buffer.alloc(3_000_000, 'sallyport')
    const reply = await through('/large', (_request, response) => response.end(bytes))
    expect(reply.body.equals(bytes)).toBe(true)
  })
})
