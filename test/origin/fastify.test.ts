import fastify from 'fastify'
import { expect, test } from 'vitest'
import { sallyport } from '../../src/origin/fastify.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { pairs, portOf } from './apps.ts'
import { sendFromEdge, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

testOriginAdapter({
  name: 'Fastify 5',
  async start(options) {
    const app = fastify({ forceCloseConnections: true, bodyLimit: 1_000_000 })
    await app.register(sallyport, options)
    app.all('/*', (request) => {
      const { sallyport: admitted } = request
      const seen: Seen = {
        url: request.url,
        ip: admitted.signed ? request.ip : null,
        host: request.host,
        protocol: request.protocol,
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        raw: pairs(request.raw.rawHeaders),
        signed: admitted.signed,
        route: admitted.signed ? admitted.verdict.route : null,
        body: typeof request.body === 'string' ? request.body : '',
      }
      return seen
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
})

test('routes that do not exist are guarded too', async () => {
  const app = fastify({ forceCloseConnections: true })
  await app.register(sallyport, { keys: { keys: [HMAC_KEY] } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const response = await sendRaw(
    portOf(app.server),
    'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  )
  await app.close()
  expect(response.status).toBe(401)
})

test('Fastify’s own terms are restored, trust proxy or not', async () => {
  for (const trustProxy of [false, true]) {
    const app = fastify({ forceCloseConnections: true, trustProxy })
    await app.register(sallyport, { keys: { keys: [HMAC_KEY] } })
    app.get('/a/b', ({ ip, host, hostname, port, protocol }) => ({ ip, host, hostname, port, protocol }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const received = await sendFromEdge({ created: Math.floor(Date.now() / 1000) })
    const response = await sendRaw(
      portOf(app.server),
      toWire({ ...received, fields: [...received.fields, 'Connection', 'close'] }),
    )
    await app.close()
    expect(JSON.parse(response.body)).toEqual({
      ip: '203.0.113.77',
      host: 'shop.example',
      hostname: 'shop.example',
      port: null,
      protocol: 'https',
    })
  }
})

test('a wrong option stops the start', async () => {
  const app = fastify()
  await expect(app.register(sallyport, { keys: '{}' }).ready()).rejects.toThrow('the key set has no keys')
})
