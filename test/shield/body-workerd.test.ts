/** Guarded bodies in workerd: what its streams and aborts do is not what Node's do. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BodiesModel } from '../../src/bundle/dos-model.ts'
import type { WorkerdProcess } from '../bench/workerd-process.ts'
import { BOUNDS } from '../http/body-guard/bounds.ts'
import { ask } from '../worker/exchange.ts'
import { openOrigin, type ScriptedOrigin } from '../worker/scripted-origin.ts'
import { openBodyWorker } from './body-worker.ts'

const GUARD: BodiesModel = { ...BOUNDS, mode: 'enforce' }
const MAX_BODY = 50_000_000

let origin: ScriptedOrigin
let enforcing: WorkerdProcess
let hasty: WorkerdProcess
let logging: WorkerdProcess
/** How the body of each path ended for the origin: its digest, or nothing when it was broken off. */
const ends = new Map<string, Promise<string | undefined>>()

beforeAll(async () => {
  origin = await openOrigin()
  const options = { origin: origin.url, maxBody: MAX_BODY }
  enforcing = await openBodyWorker({ ...options, bodyGuard: GUARD })
  hasty = await openBodyWorker({
    ...options,
    bodyGuard: { ...GUARD, first_byte_ms: 300, deadline_ms: 600 },
  })
  logging = await openBodyWorker({ ...options, bodyGuard: { ...GUARD, mode: 'log' } })
  origin.arrived.length = 0
})
afterAll(async () => {
  enforcing.stop()
  hasty.stop()
  logging.stop()
  await origin.close()
})

const urlOf = ({ port }: WorkerdProcess): string => `http://127.0.0.1:${port}`
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The origin reads what comes for a path, and answers with its digest. */
function expectBody(path: string): void {
  ends.set(
    path,
    new Promise((resolve) => {
      origin.on(path, (request, response) => {
        const hash = createHash('sha256')
        request.on('data', (chunk: Buffer) => hash.update(chunk))
        request.on('error', () => resolve(undefined))
        request.on('end', () => {
          const digest = hash.digest('hex')
          resolve(digest)
          response.end(digest)
        })
      })
    }),
  )
}

function arrivals(path: string): number {
  return origin.arrived.filter(({ target }) => target === path).length
}

/** Sends a request as it stands; the socket stays open until its answer has come. */
async function sendRaw(
  worker: WorkerdProcess,
  text: string,
): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(worker.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const answer = new Promise<string>((resolve) => {
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.includes('\r\n\r\n')) resolve(received)
    })
    socket.on('close', () => resolve(received))
  })
  socket.write(text)
  return { socket, answer }
}

describe('an honest body', () => {
  it.each([
    ['small', '/small', Buffer.from('{"a":[1]}'), {}],
    ['of 64 KiB', '/collected', randomBytes(65_536), { 'content-type': 'image/png' }],
    ['large', '/large', randomBytes(5_000_000), { 'content-type': 'image/png' }],
    [
      'compressed',
      '/gzip',
      gzipSync(randomBytes(1_000_000)),
      { 'content-encoding': 'gzip', 'content-type': 'image/png' },
    ],
  ])('that is %s arrives whole and with its length', async (_, path, body, headers) => {
    expectBody(path)
    const reply = await ask(urlOf(enforcing), {
      method: 'POST',
      target: path,
      headers: { 'content-type': 'application/json', ...headers, 'content-length': String(body.length) },
      body,
    })
    expect([reply.status, reply.text]).toEqual([200, digestOf(body)])
    const fields = origin.arrived.find(({ target }) => target === path)?.fields ?? []
    expect(fields).toContainEqual(['content-length', String(body.length)])
  })

  it('in chunks arrives whole', async () => {
    expectBody('/chunks')
    const body = randomBytes(3_000_000)
    const reply = await ask(urlOf(enforcing), {
      method: 'POST',
      target: '/chunks',
      headers: { 'transfer-encoding': 'chunked' },
      body,
    })
    expect(reply.text).toBe(digestOf(body))
  })

  it('that is large arrives piece by piece', async () => {
    const first = new Promise<string>((resolve) => {
      origin.on('/pieces', (request, response) => {
        request.once('data', (chunk: Buffer) => resolve(String(chunk)))
        request.on('end', () => response.end('whole'))
      })
    })
    const { socket, answer } = await sendRaw(
      enforcing,
      'POST /pieces HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100000\r\n\r\nfirst piece',
    )
    // The rest is sent only when the first piece has arrived.
    expect(await first).toBe('first piece')
    socket.write(Buffer.alloc(100_000 - 'first piece'.length, 'a'))
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
    socket.destroy()
  })

  it('can be answered before its end', async () => {
    origin.on('/early', (_request, response) => response.writeHead(403).end('enough'))
    const { socket, answer } = await sendRaw(
      enforcing,
      'POST /early HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100000\r\n\r\nfirst bytes',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 403 /)
    socket.destroy()
  })
})

describe('a hostile body', () => {
  it('that is small never reaches the origin', async () => {
    const reply = await ask(urlOf(enforcing), {
      method: 'POST',
      target: '/small-bomb',
      headers: { 'content-type': 'application/json', 'content-length': '2000' },
      body: '['.repeat(2000),
    })
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([413, { rule: 'body.json-depth' }])
    expect(arrivals('/small-bomb')).toBe(0)
  })

  it.each([
    ['of declared length', '/declared-bomb', { 'content-length': '1000001' }],
    ['in chunks', '/chunked-bomb', { 'transfer-encoding': 'chunked' }],
  ])('%s is never whole to the origin', async (_, path, headers) => {
    expectBody(path)
    const reply = await ask(urlOf(enforcing), {
      method: 'POST',
      target: path,
      headers: { 'content-type': 'application/json', ...headers },
      body: `${' '.repeat(1_000_000)}]`,
    })
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([400, { rule: 'body.json-malformed' }])
    expect(await ends.get(path)).toBeUndefined()
  })

  it('that is a compression bomb takes no memory to speak of', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000))
    const send = () =>
      ask(urlOf(enforcing), {
        method: 'POST',
        target: '/bomb',
        headers: { 'content-encoding': 'gzip', 'content-length': String(bomb.length) },
        body: bomb,
      }).catch(() => undefined)
    await send()
    const before = enforcing.memory()
    const reply = await send()
    if (reply !== undefined) expect(JSON.parse(reply.text)).toMatchObject({ rule: 'body.compressed-bomb' })
    expect(enforcing.memory() - before).toBeLessThan(50_000_000)
  })

  it('in log mode arrives whole, and is noted', async () => {
    const body = Buffer.from('['.repeat(100_000))
    expectBody('/logged')
    const reply = await ask(urlOf(logging), {
      method: 'POST',
      target: '/logged',
      headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
      body,
    })
    expect([reply.text, reply.headers['x-logged']]).toEqual([digestOf(body), 'body.json-depth'])
  })
})

describe('a client', () => {
  it('that sends nothing of a small body is refused, and costs the origin nothing', async () => {
    const { socket, answer } = await sendRaw(
      hasty,
      'POST /slow-small HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\n',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*body\.slow/)
    expect(arrivals('/slow-small')).toBe(0)
    socket.destroy()
  })

  it.each([
    ['of declared length', '/slow-declared', 'Content-Length: 1000000\r\n\r\nfirst bytes'],
    ['in chunks', '/slow-chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'],
  ])('that stops in a large body %s is refused, and the origin is let go', async (_, path, rest) => {
    expectBody(path)
    const { socket, answer } = await sendRaw(hasty, `POST ${path} HTTP/1.1\r\nHost: a.example\r\n${rest}`)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*body\.slow/)
    expect(await ends.get(path)).toBeUndefined()
    socket.destroy()
  })

  it('that leaves in a large body of declared length leaves it broken for the origin', async () => {
    expectBody('/left')
    const started = new Promise<void>((resolve) => origin.server.once('request', () => resolve()))
    const { socket } = await sendRaw(
      enforcing,
      'POST /left HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000000\r\n\r\nfirst bytes',
    )
    await started
    socket.destroy()
    expect(await ends.get('/left')).toBeUndefined()
  })
})
