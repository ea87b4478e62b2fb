import type { ClientRequest } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { portOf } from '../origin/apps.ts'
import { ask, begin, nextChunk, problemOf, readAll, responseOf } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { lastOf, openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge

/** A port that nothing listens on, as far as anybody can know. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

beforeAll(async () => {
  origin = await openOrigin()
  const more = `  - id: hasty
    hosts: [127.0.0.1]
    path: /hasty
    forward: { origin: '${origin.url}', timeout: 150ms }
  - id: down
    hosts: [127.0.0.1]
    path: /down
    forward: { origin: 'http://127.0.0.1:${await closedPort()}' }
  - id: small
    hosts: [127.0.0.1]
    path: /small
    max_body: 1KiB
    forward: { origin: '${origin.url}' }
`
  edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url, more) } })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** Waits until a request has reached the origin. */
async function arrival(path: string): Promise<void> {
  await new Promise<void>((resolve) => origin.on(path, () => resolve()))
}

/**
 * Resets the connection. To a server, the plain end of a connection may be a client that still reads: workerd
 * then goes on until a write fails. On Cloudflare the front line reports every client that has gone.
 */
function leave(request: ClientRequest): void {
  request.socket?.resetAndDestroy()
}

describe('a client that leaves', () => {
  test('before the origin has answered takes its request at the origin along', async () => {
    const arrived = arrival('/slow')
    const request = begin(edge.url, { target: '/slow' })
    request.on('error', () => {})
    request.end()
    await arrived
    const left = lastOf(origin).leftEarly
    leave(request)
    expect(await left).toBe(true)
    const record = await edge.log.find(({ path }) => path === '/slow')
    expect(record).toMatchObject({ rule: 'forward.client-left', status: 499 })
  })

  test('in the middle of a response takes its request at the origin along', async () => {
    origin.on('/endless', (_request, response) => {
      const timer = setInterval(() => response.write('more '), 10)
      response.on('close', () => clearInterval(timer))
    })
    const request = begin(edge.url, { target: '/endless' })
    request.on('error', () => {})
    request.end()
    const response = await responseOf(request)
    response.on('error', () => {})
    expect(await nextChunk(response)).toContain('more')
    const left = lastOf(origin).leftEarly
    leave(request)
    expect(await left).toBe(true)
  })

  test('in the middle of a silent response takes its request at the origin along', async () => {
    origin.on('/silent', (_request, response) => response.write('only this'))
    const request = begin(edge.url, { target: '/silent' })
    request.on('error', () => {})
    request.end()
    const response = await responseOf(request)
    response.on('error', () => {})
    expect(await nextChunk(response)).toBe('only this')
    const left = lastOf(origin).leftEarly
    leave(request)
    expect(await left).toBe(true)
  })

  test('in the middle of its own upload takes its request at the origin along', async () => {
    const arrived = arrival('/upload')
    const request = begin(edge.url, {
      method: 'POST',
      target: '/upload',
      headers: { 'transfer-encoding': 'chunked' },
    })
    request.on('error', () => {})
    request.write('the first piece')
    await arrived
    const left = lastOf(origin).leftEarly
    leave(request)
    expect(await left).toBe(true)
  })

  test('does no harm to the others', async () => {
    expect((await ask(edge.url)).status).toBe(200)
  })
})

describe('an origin in trouble', () => {
  test('that does not answer in time is 504, and is told to stop', async () => {
    const arrived = arrival('/hasty')
    const asked = ask(edge.url, { target: '/hasty' })
    await arrived
    const left = lastOf(origin).leftEarly
    const reply = await asked
    expect([reply.status, problemOf(reply).rule]).toEqual([504, 'forward.timeout'])
    expect(await left).toBe(true)
  })

  test('that answers in time may take as long as it likes for the body', async () => {
    origin.on('/hasty/body', (_request, response) => {
      response.write('first ')
      setTimeout(() => response.end('last'), 400)
    })
    const reply = await ask(edge.url, { target: '/hasty/body' })
    expect([reply.status, reply.text]).toEqual([200, 'first last'])
  })

  test('that is down is 502', async () => {
    const reply = await ask(edge.url, { target: '/down' })
    expect([reply.status, problemOf(reply).rule]).toEqual([502, 'forward.unreachable'])
    expect(reply.text).not.toContain('127.0.0.1')
  })

  test('that hangs up without an answer is 502', async () => {
    origin.on('/hangs-up', (request) => request.socket.destroy())
    const reply = await ask(edge.url, { target: '/hangs-up' })
    expect([reply.status, problemOf(reply).rule]).toEqual([502, 'forward.unreachable'])
  })

  test('that answers something else than HTTP is 502', async () => {
    origin.on('/babble', (request) => request.socket.end('220 mail.example ESMTP\r\n'))
    const reply = await ask(edge.url, { target: '/babble' })
    expect([reply.status, problemOf(reply).rule]).toEqual([502, 'forward.unreachable'])
  })

  test.each([
    ['of declared length', { 'content-length': '1000' }],
    ['of undeclared length', {}],
  ])('that breaks off in a body %s is seen as broken off by the client', async (_, headers) => {
    let breakOff = (): unknown => undefined
    origin.on('/breaks', (request, response) => {
      response.writeHead(200, headers).write('a part')
      breakOff = () => request.socket.destroy()
    })
    const request = begin(edge.url, { target: '/breaks' })
    request.end()
    const response = await responseOf(request)
    expect(await nextChunk(response)).toBe('a part')
    const rest = readAll(response)
    breakOff()
    await expect(rest).rejects.toThrow()
    expect((await ask(edge.url)).status).toBe(200)
  })
})

describe('a body that is too large', () => {
  test('by its declared length never reaches the origin', async () => {
    origin.arrived.length = 0
    const reply = await ask(edge.url, { method: 'POST', target: '/small', body: 'x'.repeat(1025) })
    expect([reply.status, problemOf(reply).rule]).toEqual([413, 'hygiene.body-too-large'])
    expect(origin.arrived).toEqual([])
  })

  test('by what streams is 413, and the origin never gets to its end', async () => {
    let ended = false
    origin.on('/small', (incoming) => incoming.on('end', () => (ended = true)))
    const request = begin(edge.url, {
      method: 'POST',
      target: '/small',
      headers: { 'transfer-encoding': 'chunked' },
    })
    request.on('error', () => {})
    request.write('x'.repeat(1000))
    request.end('y'.repeat(1000))
    const response = await responseOf(request)
    expect([response.statusCode, String(await readAll(response))]).toEqual([
      413,
      expect.stringContaining('hygiene.body-too-large'),
    ])
    expect(ended).toBe(false)
  })

  test('up to the bound passes, declared or not', async () => {
    origin.on('/small/fits', (incoming, response) => {
      incoming.resume()
      incoming.on('end', () => response.end('took it'))
    })
    for (const headers of [{ 'content-length': '1024' }, { 'transfer-encoding': 'chunked' }]) {
      const body = 'x'.repeat(1024)
      const reply = await ask(edge.url, { method: 'POST', target: '/small/fits', body, headers })
      expect([reply.status, reply.text]).toEqual([200, 'took it'])
    }
  })
})
