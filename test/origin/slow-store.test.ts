/** What happens to a request while a shared replay store is asked. */
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sallyport as expressDoor } from '../../src/origin/express.ts'
import { sallyport as fastifyDoor } from '../../src/origin/fastify.ts'
import { sallyport as honoDoor } from '../../src/origin/hono.ts'
import { sallyport as koaDoor } from '../../src/origin/koa.ts'
import { guard } from '../../src/origin/node.ts'
import type { Claim } from '../../src/origin/replay.ts'
import type { VerifierOptions } from '../../src/origin/verifier.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen } from './apps.ts'
import { sendFromEdge, toWire } from './edge.ts'
import { sendRaw } from './raw-client.ts'

async function measure(body: AsyncIterable<Uint8Array>): Promise<string> {
  let size = 0
  for await (const piece of body) size += piece.length
  return `read ${size}`
}

type Start = (options: VerifierOptions) => Server | Promise<Server>

const APPS: readonly (readonly [string, Start])[] = [
  [
    'node:http',
    (options) =>
      createServer(guard(async (request, response) => response.end(await measure(request)), options)),
  ],
  [
    'Express',
    (options) => {
      const app = express()
      app.use(expressDoor(options), express.raw({ type: () => true }))
      app.use((request, response) => void response.send(`read ${request.body?.length ?? 0}`))
      return createServer(app)
    },
  ],
  [
    'Koa',
    (options) => {
      const app = new Koa()
      app.silent = true
      app.use(koaDoor(options))
      app.use(async (context) => {
        context.body = await measure(context.req)
      })
      return createServer(app.callback())
    },
  ],
  [
    'Hono',
    (options) => {
      const app = new Hono()
      app.use(honoDoor(options))
      app.all('*', async (c) => c.text(`read ${(await c.req.arrayBuffer()).byteLength}`))
      return createAdaptorServer({ fetch: app.fetch }) as Server
    },
  ],
  [
    'Fastify',
    async (options) => {
      const app = fastify()
      await app.register(fastifyDoor, options)
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      app.all('/*', (request) => `read ${Buffer.isBuffer(request.body) ? request.body.length : 0}`)
      await app.ready()
      return app.server
    },
  ],
]

describe.each(APPS)('%s', (_name, start) => {
  let server: Server
  let port = 0
  let failures: (string | undefined)[] = []
  let decided: () => void = () => undefined
  let release: () => void = () => undefined
  let asked: () => void = () => undefined
  let delay = 30

  beforeAll(async () => {
    server = await start({
      keys: { keys: [HMAC_KEY] },
      replay: {
        claim: () =>
          new Promise<Claim>((resolve) => {
            release = () => resolve('fresh')
            asked()
            if (delay > 0) setTimeout(release, delay)
          }),
      },
      onDecision: ({ failure }) => {
        failures.push(failure)
        decided()
      },
    })
    port = await listen(server)
  })
  afterAll(() => closeServer(server))

  async function post(body: string, ...fields: readonly string[]): Promise<string> {
    const created = Math.floor(Date.now() / 1000)
    const right = await sendFromEdge({ created, message: { method: 'POST' }, body })
    const all = [...right.fields, 'Connection', 'close', 'Content-Type', 'text/plain', ...fields]
    return toWire({ ...right, fields: all })
  }

  test.each([
    ['that ends with its head', ['0\r\n\r\n']],
    ['that ends while the store is asked', ['', '0\r\n\r\n']],
  ])('no content, covered, in chunks of HTTP, %s, comes in', async (_when, [first = '', ...rest]) => {
    failures = []
    const head = await post('', 'Transfer-Encoding', 'chunked')
    const { status, body } = await sendRaw(port, head + first, ...rest)
    expect([status, body, failures]).toEqual([200, 'read 0', [undefined]])
  })

  test('who leaves while the store is asked is lost, and the record says so', async () => {
    failures = []
    delay = 0
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const isDecided = new Promise<void>((resolve) => {
      decided = resolve
    })
    const isGone = new Promise<void>((resolve) => {
      server.once('connection', (socket) => socket.once('close', () => setImmediate(resolve)))
    })
    const socket = connect(port, '127.0.0.1')
    socket.write(`${await post('hello', 'Content-Length', '5')}he`)
    await isAsked
    socket.resetAndDestroy()
    await isGone
    release()
    await isDecided
    delay = 30
    expect(failures).toEqual(['body-lost'])
  })
})
