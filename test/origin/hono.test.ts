import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { sallyport } from '../../src/origin/hono.ts'
import { serializeClient } from '../../src/signature/fields.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { CLIENT } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen } from './apps.ts'
import { sendFromEdge, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

function serve(app: Hono): Server {
  const server = createAdaptorServer({ fetch: app.fetch })
  if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
  return server
}

testOriginAdapter({
  name: 'Hono on @hono/node-server',
  async start(options) {
    const app = new Hono()
    app.use(sallyport(options))
    app.all('*', async (c) => {
      const admitted = c.var.sallyport
      const url = new URL(c.req.url)
      const seen: Seen = {
        url: url.pathname + url.search,
        ip: c.req.header('x-forwarded-for') ?? null,
        host: url.host,
        protocol: url.protocol.slice(0, -1),
        headers: c.req.header(),
        raw: [...c.req.raw.headers],
        signed: admitted.signed,
        route: admitted.signed ? admitted.verdict.route : null,
        body: await c.req.text(),
      }
      return c.json(seen)
    })
    const server = serve(app)
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

test('Hono sees the public URL, and so does a copy of its request', async () => {
  const app = new Hono()
  app.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
  app.get('/a/b', (c) =>
    c.json([c.req.url, c.req.query('c'), new Request(c.req.raw).url, c.req.raw.clone().url]),
  )
  const server = serve(app)
  const port = await listen(server)
  const received = await sendFromEdge({ created: Math.floor(Date.now() / 1000) })
  const response = await sendRaw(
    port,
    toWire({ ...received, fields: [...received.fields, 'Connection', 'close'] }),
  )
  await closeServer(server)
  const url = 'https://shop.example/a/b?c=d&e'
  expect(JSON.parse(response.body)).toEqual([url, 'd', url, url])
})

test('a public host that no URL can have does not fail', async () => {
  const app = new Hono()
  app.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
  app.get('/a/b', (c) => c.json([new URL(c.req.url).pathname, c.req.header('host')]))
  const server = serve(app)
  const port = await listen(server)
  const client = serializeClient({ ...CLIENT, host: 'shop.1' }) ?? ''
  const { target, method, fields } = await sendFromEdge({
    created: Math.floor(Date.now() / 1000),
    message: { client },
  })
  const response = await sendRaw(port, toWire({ target, method, fields: [...fields, 'Connection', 'close'] }))
  await closeServer(server)
  expect([response.status, response.body]).toEqual([200, '["/a/b","shop.1"]'])
})

test('outside Node’s server it says what is missing and lets nothing in', async () => {
  const app = new Hono()
  const errors: string[] = []
  app.onError((error, c) => {
    errors.push(error.message)
    return c.text('error', 500)
  })
  app.use(sallyport({ keys: { keys: [HMAC_KEY] } }))
  app.get('/', (c) => c.text('in'))
  const response = await app.request('/')
  expect(response.status).toBe(500)
  expect(errors[0]).toContain('@hono/node-server')
})
