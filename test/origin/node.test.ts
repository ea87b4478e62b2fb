import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { guard, guardUpgrade } from '../../src/origin/node.ts'
import { createVerifier } from '../../src/origin/verifier.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen, pairs } from './apps.ts'
import { sendFromEdge, setField, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

testOriginAdapter({
  name: 'node:http',
  async start(options) {
    const server = createServer(
      guard(async (request, response) => {
        const { sallyport, headers } = request
        const seen: Seen = {
          url: request.url ?? '',
          ip: headers['x-forwarded-for']?.toString() ?? null,
          host: headers.host ?? '',
          protocol: headers['x-forwarded-proto']?.toString() ?? '',
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
          raw: [
            ...pairs(request.rawHeaders),
            ...Object.entries(request.headersDistinct)
              .map(([name, list]) => [name, String(list)] as const)
              .filter(([name]) => name !== 'host' && name !== 'x-forwarded-for'),
          ],
          signed: sallyport.signed,
          route: sallyport.signed ? sallyport.verdict.route : null,
          body: await readText(request),
        }
        response.end(JSON.stringify(seen))
      }, options),
    )
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

describe('guardUpgrade', () => {
  const verifier = createVerifier({ keys: { keys: [HMAC_KEY] } })
  const server = createServer(guard((_, response) => response.end('plain'), verifier))
  const sockets = new WebSocketServer({ noServer: true })
  let port = 0

  beforeAll(async () => {
    sockets.on('connection', (socket, request) => {
      socket.send(`${request.headers.host} ${String(request.headers['x-forwarded-for'])}`)
      socket.on('message', (data) => socket.send(`echo ${String(data)}`))
    })
    server.on(
      'upgrade',
      guardUpgrade((request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request))
      }, verifier),
    )
    port = await listen(server)
  })
  afterAll(async () => {
    sockets.close()
    await closeServer(server)
  })

  const signedHeaders = async (): Promise<Record<string, string>> => {
    const { fields } = await sendFromEdge({
      created: Math.floor(Date.now() / 1000),
      message: { authority: `127.0.0.1:${port}`, path: '/ws', query: '?' },
    })
    return Object.fromEntries(pairs(fields).filter(([name]) => name !== 'Host'))
  }

  test('a signed WebSocket opens with restored headers and echoes', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: await signedHeaders() })
    const messages: string[] = []
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (data) => {
        messages.push(String(data))
        if (messages.length === 1) socket.send('hi')
        else resolve()
      })
    })
    socket.close()
    expect(messages).toEqual(['shop.example 203.0.113.77', 'echo hi'])
  })

  test('an upgrade with content is refused, and recorded', async () => {
    const failures: (string | undefined)[] = []
    const keys = { keys: [HMAC_KEY] }
    const other = createServer().on(
      'upgrade',
      guardUpgrade((_request, socket) => socket.destroy(), {
        keys,
        onDecision: ({ failure }) => failures.push(failure),
      }),
    )
    const at = await listen(other)
    const fields = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Content-Length', '1']
    const right = await sendFromEdge({ created: Math.floor(Date.now() / 1000) })
    const signed = await sendRaw(at, toWire({ ...right, fields: [...right.fields, ...fields] }, 'x'))
    const nothing = await sendRaw(
      at,
      toWire({ method: 'GET', target: '/', fields: ['Host', 'a', ...fields] }, 'x'),
    )
    await closeServer(other)
    expect([signed.status, nothing.status, failures]).toEqual([403, 401, ['framing', 'unsigned']])
  })

  test('who is refused and never ends is closed all the same', async () => {
    const isClosed = new Promise((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve))
    })
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('data', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n')
    await isClosed
    socket.destroy()
  })

  test('a replayed or unsigned WebSocket is answered with a problem and closed', async () => {
    const upgrade = [
      'Connection',
      'Upgrade',
      'Upgrade',
      'websocket',
      'Sec-WebSocket-Key',
      'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version',
      '13',
    ]
    const unsigned = await sendRaw(
      port,
      toWire({ method: 'GET', target: '/ws', fields: ['Host', 'a', ...upgrade] }),
    )
    expect(unsigned.status).toBe(401)
    expect(unsigned.head).toContain('application/problem+json')
    const headers = await signedHeaders()
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers })
    await new Promise((resolve) => socket.once('message', resolve))
    socket.close()
    const fields = ['Host', `127.0.0.1:${port}`, ...upgrade, ...Object.entries(headers).flat()]
    const replayed = await sendRaw(port, toWire({ method: 'GET', target: '/ws', fields }))
    expect(replayed.status).toBe(403)
    const twin = await sendRaw(
      port,
      toWire(
        setField(
          { method: 'GET', target: '/ws', fields: [...fields, 'Sallyport_Client', 'x'] },
          'Nothing',
          undefined,
        ),
      ),
    )
    expect(twin.status).toBe(403)
  })
})

test('a refused request with a body closes the connection', async () => {
  const server = createServer(guard((_, response) => response.end(), { keys: { keys: [HMAC_KEY] } }))
  const port = await listen(server)
  const response = await sendRaw(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc')
  await closeServer(server)
  expect(response.status).toBe(401)
  expect(response.head).toMatch(/connection: close/i)
})
