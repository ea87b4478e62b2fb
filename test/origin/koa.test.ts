import { createServer } from 'node:http'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { sallyport } from '../../src/origin/koa.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { CLIENT } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen, pairs } from './apps.ts'
import { sendFromEdge, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

async function readText(request: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

testOriginAdapter({
  name: 'Koa 3',
  async start(options) {
    const app = new Koa()
    app.use(sallyport(options))
    app.use(async (context) => {
      const admitted = context.sallyport
      const seen: Seen = {
        url: context.originalUrl,
        ip: admitted.signed ? context.ip : null,
        host: context.host,
        protocol: context.protocol,
        headers: Object.fromEntries(
          Object.entries(context.headers).map(([name, value]) => [name, String(value)]),
        ),
        raw: pairs(context.req.rawHeaders),
        signed: admitted.signed,
        route: admitted.signed ? admitted.verdict.route : null,
        body: await readText(context.req),
      }
      context.body = seen
    })
    app.silent = true
    const server = createServer(app.callback())
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

test('Koa’s own terms are restored, with app.proxy or without', async () => {
  for (const proxy of [false, true]) {
    const app = new Koa({ proxy })
    app.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
    app.use((context) => {
      const { ip, ips, host, hostname, protocol, secure, href } = context
      context.body = { ip, ips, host, hostname, protocol, secure, href }
    })
    const server = createServer(app.callback())
    const port = await listen(server)
    const received = await sendFromEdge({ created: Math.floor(Date.now() / 1000) })
    const response = await sendRaw(
      port,
      toWire({ ...received, fields: [...received.fields, 'Connection', 'close'] }),
    )
    await closeServer(server)
    expect(JSON.parse(response.body)).toEqual({
      ip: CLIENT.ip,
      ips: [],
      host: 'shop.example',
      hostname: 'shop.example',
      protocol: 'https',
      secure: true,
      href: 'https://shop.example/a/b?c=d&e',
    })
  }
})

test('a refused request is answered by the door, whatever middleware above it does', async () => {
  const app = new Koa()
  app.use(async (context, next) => {
    await next()
    context.status = 200
    context.body = 'dressed up'
  })
  app.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
  app.use((context) => {
    context.body = 'in'
  })
  const server = createServer(app.callback())
  const port = await listen(server)
  const response = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await closeServer(server)
  expect(response.status).toBe(401)
  expect(response.body).not.toContain('dressed up')
})
