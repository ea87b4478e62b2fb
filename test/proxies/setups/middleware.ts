/** Applications behind each middleware of the package, which note what they see. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { sallyport as expressDoor } from '../../../src/origin/express.ts'
import { sallyport as fastifyDoor } from '../../../src/origin/fastify.ts'
import { guardFetch } from '../../../src/origin/fetch.ts'
import { sallyport as honoDoor } from '../../../src/origin/hono.ts'
import { sallyport as koaDoor } from '../../../src/origin/koa.ts'
import { guard, guardUpgrade } from '../../../src/origin/node.ts'
import { createVerifier, type VerifierOptions } from '../../../src/origin/verifier.ts'
import { closeServer, listen, portOf } from '../../origin/apps.ts'
import { createEcho, hashBody, MAX_HEADER, noteRequest, type Seen } from '../echo-origin.ts'

export interface RunningMiddleware {
  readonly port: number
  close(): Promise<void>
}

export interface Middleware {
  readonly name: string
  /** Starts an application that notes every request it gets, after all of its content. */
  start(options: VerifierOptions, seen: Seen[]): Promise<RunningMiddleware>
}

const SERVER = { maxHeaderSize: MAX_HEADER }

async function run(server: Server): Promise<RunningMiddleware> {
  return { port: await listen(server), close: () => closeServer(server) }
}

async function readAll(request: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function note(seen: Seen[], request: IncomingMessage, url: string): Promise<void> {
  const saw: Seen = { method: request.method ?? '', url, fields: request.rawHeaders, bodyHash: '' }
  seen.push(saw)
  saw.bodyHash = hashBody(await readAll(request))
}

const NODE: Middleware = {
  name: 'Node http',
  start: (options, seen) => run(createServer(SERVER, guard(createEcho(seen), options))),
}

/** With a listener for upgrades, which Node hands past the other one. */
const UPGRADES: Middleware = {
  name: 'Node http, upgrades',
  start(options, seen) {
    const verifier = createVerifier(options)
    const server = createServer(SERVER, guard(createEcho(seen), verifier))
    const upgrade = guardUpgrade((request, socket) => {
      noteRequest(seen, request).bodyHash = hashBody('')
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    }, verifier)
    server.on('upgrade', upgrade)
    return run(server)
  },
}

const EXPRESS: Middleware = {
  name: 'Express',
  start(options, seen) {
    const app = express()
    app.use(expressDoor(options))
    app.use(createEcho(seen))
    return run(createServer(SERVER, app))
  },
}

const KOA: Middleware = {
  name: 'Koa',
  start(options, seen) {
    const app = new Koa()
    app.silent = true
    app.use(koaDoor(options))
    app.use(async (context) => {
      await note(seen, context.req, context.originalUrl)
      context.body = 'seen'
    })
    return run(createServer(SERVER, app.callback()))
  },
}

const FASTIFY: Middleware = {
  name: 'Fastify',
  async start(options, seen) {
    const app = fastify({ forceCloseConnections: true, http: SERVER, exposeHeadRoutes: false })
    await app.register(fastifyDoor, options)
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.removeContentTypeParser('text/plain')
    app.all('/*', (request, reply) => {
      const saw = noteRequest(seen, request.raw)
      saw.bodyHash = hashBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
      return reply.send('seen')
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
}

const HONO: Middleware = {
  name: 'Hono',
  start(options, seen) {
    const app = new Hono<{ Bindings: HttpBindings }>()
    // Content that breaks off: the default tells the terminal.
    app.onError((_error, c) => c.text('lost', 500))
    app.use(honoDoor(options))
    app.all('*', async (c) => {
      const saw: Seen = {
        method: c.req.method,
        url: c.env.incoming.url ?? '',
        fields: [...c.req.raw.headers].flat(),
        bodyHash: '',
      }
      seen.push(saw)
      saw.bodyHash = hashBody(Buffer.from(await c.req.arrayBuffer()))
      return c.text('seen')
    })
    const server = createAdaptorServer({ fetch: app.fetch, serverOptions: SERVER })
    if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
    return run(server)
  },
}

/** A runtime that hands over a `Request` and nothing else. */
const FETCH: Middleware = {
  name: 'fetch',
  start(options, seen) {
    const guarded = guardFetch(async (request) => {
      const { pathname, search } = new URL(request.url)
      const saw: Seen = {
        method: request.method,
        url: pathname + search,
        fields: [...request.headers].flat(),
        bodyHash: '',
      }
      seen.push(saw)
      const body = await request.arrayBuffer().catch(() => undefined)
      if (body === undefined) return new Response('lost', { status: 500 })
      saw.bodyHash = hashBody(Buffer.from(body))
      return new Response('seen')
    }, options)
    const server = createAdaptorServer({
      fetch: (request) => guarded(request),
      overrideGlobalObjects: false,
      serverOptions: SERVER,
    })
    if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
    return run(server)
  },
}

export const MIDDLEWARE: readonly Middleware[] = [NODE, UPGRADES, EXPRESS, FASTIFY, HONO, KOA, FETCH]
