import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { connect, createServer as createProxy, type Server as Wire } from 'node:net'
import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys, type LocalKeys } from '../../src/cli/local/keys.ts'
import { guard } from '../../src/origin/node.ts'
import type { Admitted } from '../../src/origin/outcome.ts'
import type { DecisionRecord } from '../../src/origin/record.ts'
import { closeServer, listen, portOf } from '../origin/apps.ts'
import { ask, begin, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'

const DOS = 'bodies:\n  mode: enforce\n  json: { max_depth: 8 }\n'
const ALL = '    sign_body: all\n'
const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')

interface Answer {
  readonly sha256: string
  readonly covered: 'chunks' | 'digest' | 'no'
  readonly contentLength: string | null
}

function howCovered(admitted: Admitted): Answer['covered'] {
  if (!admitted.signed) return 'no'
  if (admitted.body !== undefined) return 'chunks'
  return admitted.contentDigest === undefined ? 'no' : 'digest'
}

interface Site {
  readonly edge: OpenEdge
  readonly records: readonly DecisionRecord[]
  /** Bodies that the origin has read to their end. */
  readonly read: readonly string[]
  /** The tokens that came, `undefined` where none did. */
  readonly tokens: readonly (string | undefined)[]
  /** Flips a bit of the byte that goes to the origin after so many others, once. */
  spoil(at: number): void
  close(): Promise<void>
}

/** An edge, a wire that can be tampered with, and an origin behind its verifier that says what it read. */
async function openSite(keys: LocalKeys, policy: Readonly<Record<string, string>> = {}): Promise<Site> {
  const records: DecisionRecord[] = []
  const read: string[] = []
  const tokens: (string | undefined)[] = []
  const guarded = guard(
    async (request, response) => {
      const hash = createHash('sha256')
      try {
        for await (const piece of request) hash.update(piece)
      } catch {
        response.destroy()
        return
      }
      const digest = hash.digest('hex')
      read.push(digest)
      const contentLength = request.headers['content-length'] ?? null
      const answer: Answer = { sha256: digest, covered: howCovered(request.sallyport), contentLength }
      response.end(JSON.stringify(answer))
    },
    { keys: keys.origin, onDecision: (record) => records.push(record) },
  )
  const origin: Server = createServer((request, response) => {
    tokens.push(request.headers['sallyport-jwt']?.toString())
    guarded(request, response)
  })
  const port = await listen(origin)
  let place: number | undefined
  const wire: Wire = createProxy((socket) => {
    const onward = connect(port, '127.0.0.1')
    socket.on('data', (data) => {
      const at = place ?? data.length
      if (at < data.length) data[at] = (data[at] ?? 0) ^ 1
      if (place !== undefined) place = at < data.length ? undefined : at - data.length
      onward.write(data)
    })
    socket.on('end', () => onward.end())
    onward.pipe(socket)
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
  })
  await new Promise<void>((resolve) => {
    wire.listen(0, '127.0.0.1', resolve)
  })
  const route = siteRoute(`http://127.0.0.1:${portOf(wire)}`, ALL)
  const edge = await openEdge({ keys, files: { 'routes/a.yaml': route, ...policy } })
  return {
    edge,
    records,
    read,
    tokens,
    spoil(at) {
      place = at
    },
    async close() {
      await edge.stop()
      wire.close()
      await closeServer(origin)
    },
  }
}

function post(site: Site, body: Buffer, isDeclared: boolean): Promise<Reply> {
  const headers: Record<string, string> = isDeclared
    ? { 'content-length': String(body.length) }
    : { 'transfer-encoding': 'chunked' }
  return ask(site.edge.url, { method: 'POST', headers, body })
}

const SIZES = [0, 1, 65_535, 65_536, 65_537, 5 * 1024 * 1024]

describe.each([
  { name: 'an HMAC', alg: 'hmac-sha256', dos: '' },
  { name: 'Ed25519', alg: 'ed25519', dos: '' },
  { name: 'an HMAC, under the guard of bodies', alg: 'hmac-sha256', dos: DOS },
] as const)('where a route signs all, by $name', ({ alg, dos }) => {
  let site: Site
  beforeAll(async () => {
    site = await openSite(createLocalKeys(alg), dos === '' ? {} : { 'dos.yaml': dos })
  })
  afterAll(() => site.close())

  test.each(SIZES)('%d bytes of a declared length arrive, covered', async (size) => {
    const body = Buffer.alloc(size, 'sallyport ')
    const reply = await post(site, body, true)
    expect(reply.status, reply.text).toBe(200)
    expect(JSON.parse(reply.text)).toEqual({
      sha256: sha256(body),
      covered: size > 65_536 ? 'chunks' : 'digest',
      contentLength: size === 0 ? expect.toBeOneOf([null, '0']) : String(size),
    })
  })

  test.each(SIZES)('%d bytes of no declared length arrive, covered', async (size) => {
    const body = Buffer.alloc(size, 'sallyport ')
    const reply = await post(site, body, false)
    expect(reply.status, reply.text).toBe(200)
    expect(JSON.parse(reply.text)).toEqual({ sha256: sha256(body), covered: 'chunks', contentLength: null })
  })

  test('a byte that changes on the way ends the request, and the client learns nothing', async () => {
    for (const isDeclared of [true, false]) {
      const before = site.records.length
      const ends = site.read.length
      site.spoil(150_000)
      const reply = await post(site, Buffer.alloc(300_000, 'a'), isDeclared)
      expect([reply.status, JSON.parse(reply.text).type]).toEqual([502, expect.anything()])
      expect(site.records.slice(before).map(({ failure }) => failure)).toEqual([undefined, 'body-chunks'])
      expect(site.read.length).toBe(ends)
    }
  })

  test('what a client breaks off is not read to an end', async () => {
    const ends = site.read.length
    const before = site.records.length
    const request = begin(site.edge.url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
    request.on('error', () => undefined)
    request.write(Buffer.alloc(200_000, 'a'))
    // Admitted: the origin is reading.
    await expect.poll(() => site.records.length).toBe(before + 1)
    request.destroy()
    const reply = await post(site, Buffer.from('next'), false)
    expect([reply.status, site.read.slice(ends)]).toEqual([200, [sha256(Buffer.from('next'))]])
  })
})

test('a token for proxies says what was signed, and its like from a client does not pass', async () => {
  for (const alg of ['hmac-sha256', 'ed25519'] as const) {
    const keys = createLocalKeys(alg)
    const site = await openSite(keys, { 'settings.yaml': 'origin_jwt: true\nsignature_ttl: 20s\n' })
    const headers = { 'sallyport-jwt': 'forged', 'x-forwarded-for': '192.0.2.66' }
    const reply = await ask(site.edge.url, { target: '/a//b?c=d', headers })
    await site.close()
    expect(reply.status).toBe(200)
    const [key] = JSON.parse(keys.origin).keys
    const { payload } = await jwtVerify(site.tokens[0] ?? '', await importJWK(key), {
      algorithms: [key.alg],
      issuer: 'sallyport',
    })
    expect(payload).toMatchObject({ htm: 'GET', htp: '/a/b', htq: '?c=d', ip: '127.0.0.1', route: 'site' })
    expect([Number(payload.exp) - Number(payload.iat), payload.aud]).toEqual([
      20,
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    ])
  }
})

test('without the setting there is no token, whatever the client sends', async () => {
  const site = await openSite(createLocalKeys())
  await ask(site.edge.url, { headers: { 'sallyport-jwt': 'forged' } })
  await site.close()
  expect(site.tokens).toEqual([undefined])
})
