import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import { expect, test } from 'vitest'
import { sallyport } from '../../src/origin/express.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen, pairs } from './apps.ts'
import { sendFromEdge, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

function answer(request: Request, response: Response): void {
  const { sallyport: admitted } = request
  const seen: Seen = {
    url: request.originalUrl,
    ip: admitted.signed ? (request.ip ?? null) : null,
    host: request.host,
    protocol: request.protocol,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    raw: pairs(request.rawHeaders),
    signed: admitted.signed,
    route: admitted.signed ? admitted.verdict.route : null,
    body: typeof request.body === 'string' ? request.body : '',
  }
  response.json(seen)
}

testOriginAdapter({
  name: 'Express 5',
  async start(options) {
    const app = express()
    app.use(sallyport(options))
    app.use(express.text({ limit: '1mb' }))
    app.use(answer)
    const server = createServer(app)
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

test('Express’s own terms are restored, trust proxy or not, also in a mounted router', async () => {
  for (const trust of [false, true, 'loopback']) {
    const app = express()
    app.set('trust proxy', trust)
    const inner = express.Router()
    inner.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
    inner.get('/b', (request, response) => {
      const { ip, ips, host, hostname, protocol, secure, subdomains, baseUrl } = request
      response.json({ ip, ips, host, hostname, protocol, secure, subdomains, baseUrl })
    })
    app.use('/a', inner)
    const server = createServer(app)
    const port = await listen(server)
    const received = await sendFromEdge({ created: Math.floor(Date.now() / 1000) })
    const response = await sendRaw(
      port,
      toWire({ ...received, fields: [...received.fields, 'Connection', 'close'] }),
    )
    await closeServer(server)
    expect(JSON.parse(response.body)).toEqual({
      ip: '203.0.113.77',
      ips: [],
      host: 'shop.example',
      hostname: 'shop.example',
      protocol: 'https',
      secure: true,
      subdomains: [],
      baseUrl: '/a',
    })
  }
})
