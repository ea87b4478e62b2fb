import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { sallyport as expressDoor } from '../../src/origin/express.ts'
import { sallyport as fastifyDoor } from '../../src/origin/fastify.ts'
import { guardFetch } from '../../src/origin/fetch.ts'
import { sallyport as honoDoor } from '../../src/origin/hono.ts'
import { sallyport as koaDoor } from '../../src/origin/koa.ts'
import { guard } from '../../src/origin/node.ts'
import type { Admitted } from '../../src/origin/outcome.ts'
import { type ReadBody, testChunkedBodies, type Witness } from '../contract/chunked-bodies.ts'
import { closeServer, listen, portOf } from './apps.ts'

const LIMIT = 8 * 1024 * 1024

async function digest(body: AsyncIterable<Uint8Array>, { onEnd }: Witness): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of body) hash.update(piece)
  onEnd()
  return hash.digest('hex')
}

function describeBody(sha256: string, headers: IncomingHttpHeaders, admitted: Admitted): ReadBody {
  return {
    sha256,
    contentLength: headers['content-length'] ?? null,
    transferEncoding: headers['transfer-encoding'] ?? null,
    ours: Object.keys(headers).filter((name) => /^(sallyport|signature)/.test(name)),
    ip: admitted.signed ? admitted.client.ip : '',
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  return text
}

testChunkedBodies({
  name: 'node:http',
  async start(options, witness) {
    const server = createServer(
      guard(async (request, response) => {
        const { url, sallyport, headers } = request
        try {
          if (url === '/unread') response.end('unread')
          else if (url === '/json') response.end(JSON.stringify(JSON.parse(await readText(request))))
          else {
            const body = describeBody(await digest(request, witness), headers, sallyport)
            response.end(JSON.stringify(body))
          }
        } catch {
          response.destroy()
        }
      }, options),
    )
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

testChunkedBodies({
  name: 'Express 5',
  async start(options, witness) {
    const app = express()
    app.use(expressDoor(options))
    app.post('/unread', (_request, response) => void response.send('unread'))
    app.post('/json', express.json({ limit: LIMIT }), (request, response) => void response.json(request.body))
    // By a parser, which holds the stream to its Content-Length.
    app.post('/{*rest}', express.raw({ limit: LIMIT, type: () => true }), (request, response) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      witness.onEnd()
      const sha256 = createHash('sha256').update(body).digest('hex')
      response.json(describeBody(sha256, request.headers, request.sallyport))
    })
    const quiet: express.ErrorRequestHandler = (_error, _request, response, _next) => {
      response.status(400).end()
    }
    app.use(quiet)
    const server = createServer(app)
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

testChunkedBodies({
  name: 'Fastify 5',
  async start(options, witness) {
    const app = fastify({ forceCloseConnections: true, bodyLimit: LIMIT })
    await app.register(fastifyDoor, options)
    app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.post('/json', (request) => request.body)
    app.post('/unread', (_request, reply) => reply.send('unread'))
    app.post('/*', (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      witness.onEnd()
      const sha256 = createHash('sha256').update(body).digest('hex')
      return describeBody(sha256, request.headers, request.sallyport)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
})

testChunkedBodies({
  name: 'Hono on @hono/node-server',
  async start(options, witness) {
    const app = new Hono()
    app.use(honoDoor(options))
    app.post('/unread', (c) => c.text('unread'))
    app.post('/json', async (c) => c.json(await c.req.json()))
    app.post('*', async (c) => {
      const body = Buffer.from(await c.req.arrayBuffer())
      witness.onEnd()
      const sha256 = createHash('sha256').update(body).digest('hex')
      return c.json(describeBody(sha256, c.req.header(), c.var.sallyport))
    })
    app.onError((_error, c) => c.text('', 400))
    const server = createAdaptorServer({ fetch: app.fetch })
    if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

testChunkedBodies({
  name: 'Koa 3',
  async start(options, witness) {
    const app = new Koa()
    app.silent = true
    app.use(koaDoor(options))
    app.use(async (context) => {
      const { req, path, sallyport } = context
      if (path === '/unread') context.body = 'unread'
      else if (path === '/json') context.body = JSON.parse(await readText(req))
      else context.body = describeBody(await digest(req, witness), context.headers, sallyport)
    })
    const server = createServer(app.callback())
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

testChunkedBodies({
  name: 'a plain fetch handler',
  async start(options, witness) {
    const guarded = guardFetch(async (request, sallyport) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/unread') return new Response('unread')
      try {
        if (pathname === '/json') return Response.json(await request.json())
        const headers = Object.fromEntries(request.headers)
        const sha256 = await digest(request.body ?? new ReadableStream(), witness)
        return Response.json(describeBody(sha256, headers, sallyport))
      } catch {
        return new Response(null, { status: 400 })
      }
    }, options)
    const server = createAdaptorServer({ fetch: (request) => guarded(request), overrideGlobalObjects: false })
    if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
    return { port: await listen(server), close: () => closeServer(server) }
  },
})
