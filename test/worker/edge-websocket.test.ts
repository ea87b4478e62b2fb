import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge
const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'chat' })

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url) } })
  origin.onUpgrade((request, socket, head) => {
    if (request.url === '/no-socket') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
      return
    }
    sockets.handleUpgrade(request, socket, head, (peer) => sockets.emit('connection', peer, request))
  })
})
afterAll(async () => {
  for (const peer of sockets.clients) peer.terminate()
  await edge.stop()
  await origin.close()
})

describe('a WebSocket', () => {
  const open = async (path: string, protocols: string[] = []): Promise<WebSocket> => {
    const socket = new WebSocket(edge.url.replace('http', 'ws') + path, protocols)
    await once(socket, 'open')
    return socket
  }
  const peer = (): Promise<WebSocket> =>
    new Promise((resolve) => sockets.once('connection', (socket) => resolve(socket)))

  test('carries text and binary messages both ways, as they are', async () => {
    const accepted = peer()
    const socket = await open('/socket')
    const server = await accepted
    server.on('message', (data, binary) => server.send(data, { binary }))
    const bytes = Buffer.from([0, 1, 2, 254, 255])
    for (const sent of ['text €', bytes, 'x'.repeat(70_000)]) {
      const echoed = once(socket, 'message')
      socket.send(sent)
      const [data, binary] = (await echoed) as [Buffer, boolean]
      expect(binary).toBe(typeof sent !== 'string')
      expect(data.equals(Buffer.from(sent))).toBe(true)
    }
    socket.terminate()
  })

  test('arrives signed, at its canonical target, with the protocol that was chosen', async () => {
    const accepted = new Promise<{ url: string | undefined; signature: unknown }>((resolve) =>
      sockets.once('connection', (_peer, request) =>
        resolve({ url: request.url, signature: request.headers['signature-input'] }),
      ),
    )
    const socket = await open('//socket/%41?a=%62', ['chat', 'other'])
    const { url, signature } = await accepted
    expect([url, socket.protocol]).toEqual(['/socket/A?a=b', 'chat'])
    expect(signature).toContain('tag="sallyport-1"')
    socket.terminate()
  })

  test('is closed by the client with code and reason', async () => {
    const accepted = peer()
    const socket = await open('/socket')
    const closed = once(await accepted, 'close')
    socket.close(4001, 'that is all')
    const [code, reason] = (await closed) as [number, Buffer]
    expect([code, String(reason)]).toEqual([4001, 'that is all'])
  })

  test('is closed by the origin with code and reason', async () => {
    const accepted = peer()
    const socket = await open('/socket')
    const closed = once(socket, 'close')
    ;(await accepted).close(4002, 'go away')
    const [code, reason] = (await closed) as [number, Buffer]
    expect([code, String(reason)]).toEqual([4002, 'go away'])
  })

  test('that the origin refuses is answered with the origin’s refusal', async () => {
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/no-socket`)
    socket.on('error', () => {})
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(403)
    socket.terminate()
  })

  test('at a target with two readings never reaches the origin', async () => {
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/a%2Fb`)
    socket.on('error', () => {})
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(400)
    socket.terminate()
  })
})
