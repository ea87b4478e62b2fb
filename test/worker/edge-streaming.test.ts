import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, begin, nextChunk, readAll, responseOf } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin, valuesOf } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url, '    digest_body: 16B\n') } })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

describe('a response in pieces', () => {
  // In both tests the origin sends the second piece only when told that the first has arrived: a buffer
  // anywhere on the way would make them wait for ever.
  test('arrives piece by piece', async () => {
    let sendRest = (): void => {}
    origin.on('/pieces', (_request, response) => {
      response.write('first')
      sendRest = () => response.end('second')
    })
    const request = begin(edge.url, { target: '/pieces' })
    request.end()
    const response = await responseOf(request)
    expect(await nextChunk(response)).toBe('first')
    sendRest()
    expect(String(await readAll(response))).toBe('second')
  })

  test('of server-sent events arrives event by event', async () => {
    let send = (_event: string): unknown => undefined
    origin.on('/events', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      send = (event) => response.write(event)
    })
    const request = begin(edge.url, { target: '/events', headers: { accept: 'text/event-stream' } })
    request.end()
    const response = await responseOf(request)
    expect(response.headers['content-type']).toBe('text/event-stream')
    for (const event of ['data: 1\n\n', 'data: 2\n\n', ': still here\n\n']) {
      send(event)
      expect(await nextChunk(response)).toBe(event)
    }
    request.destroy()
    request.on('error', () => {})
  })
})

describe('a request in pieces', () => {
  const first = 'a'.repeat(50_000)
  const second = 'b'.repeat(50_000)

  test.each([
    ['of undeclared length', { 'transfer-encoding': 'chunked' }],
    ['of a length above what is collected first', { 'content-length': String(100_000) }],
  ])('%s arrives piece by piece', async (_, headers) => {
    let arrived = ''
    let onPiece = (): void => {}
    const until = (length: number): Promise<void> =>
      new Promise((resolve) => {
        onPiece = () => {
          if (arrived.length >= length) resolve()
        }
        onPiece()
      })
    origin.on('/upload', (incoming, response) => {
      incoming.on('data', (chunk: Buffer) => {
        arrived += String(chunk)
        onPiece()
      })
      incoming.on('end', () => response.end('done'))
    })
    const request = begin(edge.url, { method: 'POST', target: '/upload', headers })
    request.write(first)
    await until(first.length)
    expect(arrived).toBe(first)
    request.end(second)
    await until(first.length + second.length)
    expect(String(await readAll(await responseOf(request)))).toBe('done')
    expect(arrived).toBe(first + second)
  })

  test('can be answered before its end', async () => {
    origin.on('/early', (_incoming, response) =>
      response.writeHead(403, { connection: 'close' }).end('enough'),
    )
    const request = begin(edge.url, {
      method: 'POST',
      target: '/early',
      headers: { 'transfer-encoding': 'chunked' },
    })
    request.on('error', () => {})
    request.write('first piece')
    const response = await responseOf(request)
    expect([response.statusCode, String(await readAll(response))]).toEqual([403, 'enough'])
    request.destroy()
  })
})

describe('a byte range', () => {
  test('is asked for and answered as sent', async () => {
    origin.on('/range', (incoming, response) =>
      response
        .writeHead(206, { 'content-range': 'bytes 2-5/26', 'x-asked': String(incoming.headers.range) })
        .end('cdef'),
    )
    const headers = { range: 'bytes=2-5', 'if-range': '"v1"' }
    const reply = await ask(edge.url, { target: '/range', headers })
    expect([reply.status, reply.text]).toEqual([206, 'cdef'])
    expect(reply.headers).toMatchObject({ 'content-range': 'bytes 2-5/26', 'x-asked': 'bytes=2-5' })
    const last = origin.arrived.at(-1)
    expect(last && valuesOf(last, 'if-range')).toEqual(['"v1"'])
  })
})

describe('Expect: 100-continue', () => {
  test('is answered by the edge, and the body arrives', async () => {
    const { hostname, port } = new URL(edge.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.setEncoding('latin1')
    let received = ''
    const until = (end: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (chunk: string): void => {
          received += chunk
          if (!end.test(received)) return
          socket.off('data', look)
          resolve()
        }
        socket.on('data', look)
        socket.once('error', reject)
        socket.once('close', () => reject(new Error(`closed after: ${received}`)))
      })
    const interim = until(/^HTTP\/1\.1 100 /)
    socket.write(
      'POST /expect HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
    )
    await interim
    const final = until(/HTTP\/1\.1 200 .*ok$/s)
    socket.write('body')
    await final
    socket.destroy()
    const last = origin.arrived.at(-1)
    expect(last?.target).toBe('/expect')
    expect(String(await last?.body)).toBe('body')
  })
})
