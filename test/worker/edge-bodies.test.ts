import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, problemOf, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const DOS = (mode: string): string =>
  `bodies:\n  mode: ${mode}\n  first_byte: 300ms\n  json: { max_depth: 8 }\n  form: { max_keys: 5 }\n`

let origin: ScriptedOrigin
let enforcing: OpenEdge
let logging: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  const open = (mode: string): Promise<OpenEdge> =>
    openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url), 'dos.yaml': DOS(mode) } })
  enforcing = await open('enforce')
  logging = await open('log')
})
afterAll(async () => {
  await enforcing.stop()
  await logging.stop()
  await origin.close()
})

interface Sending {
  readonly type: string
  readonly coding?: string
  readonly body: string | Buffer
}

function post(edge: OpenEdge, target: string, { type, coding, body }: Sending): Promise<Reply> {
  const headers = {
    'content-type': type,
    'content-length': String(Buffer.byteLength(body)),
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  }
  return ask(edge.url, { method: 'POST', target, headers, body })
}

const arrivals = (target: string): number =>
  origin.arrived.filter((request) => request.target === target).length

const DEEP = { type: 'application/json', body: '['.repeat(9) + ']'.repeat(9) }

describe('the edge', () => {
  test.each([
    ['/json', { type: 'application/json', body: '{"a":[1,2,3]}' }],
    ['/form', { type: 'application/x-www-form-urlencoded', body: 'a=1&b=2' }],
    ['/gzip', { type: 'application/json', coding: 'gzip', body: gzipSync('{"a":[1,2,3]}') }],
    ['/large', { type: 'application/json', body: JSON.stringify('a'.repeat(100_000)) }],
  ])('lets %s through as it is', async (target, sending) => {
    // Whoever is answered early need not send the rest.
    origin.on(target, (request, response) => request.on('end', () => response.end('ok')))
    expect((await post(enforcing, target, sending)).status).toBe(200)
    const arrived = origin.arrived.find((request) => request.target === target)
    expect(await arrived?.body).toEqual(Buffer.from(sending.body))
  })

  test.each([
    [413, 'body.json-depth', DEEP],
    [413, 'body.form-keys', { type: 'application/x-www-form-urlencoded', body: 'a&b&c&d&e&f' }],
    [400, 'body.xml-doctype', { type: 'text/xml', body: '<!DOCTYPE a><a/>' }],
    [
      413,
      'body.compressed-bomb',
      { type: 'text/plain', coding: 'gzip', body: gzipSync(Buffer.alloc(9_000_000)) },
    ],
    [415, 'body.coding', { type: 'text/plain', coding: 'gzip, gzip', body: gzipSync(gzipSync('a')) }],
  ])('answers %d by %s, closes, and writes a record', async (status, rule, sending) => {
    const target = `/${rule}`
    const reply = await post(enforcing, target, sending)
    expect([reply.status, problemOf(reply).rule]).toEqual([status, rule])
    expect(arrivals(target)).toBe(0)
    expect(await enforcing.log.find(({ path }) => path === target)).toMatchObject({
      status,
      rule,
      stage: 'body',
    })
  })

  test('does not wait for ever, nor lets the origin', async () => {
    const socket = connect(Number(new URL(enforcing.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.setEncoding('latin1')
    socket.write('POST /slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [string]
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(arrivals('/slow')).toBe(0)
    socket.destroy()
  })

  test('in log mode only writes down what it saw', async () => {
    const reply = await post(logging, '/logged', DEEP)
    expect(reply.status).toBe(200)
    const record = await logging.log.find(({ path }) => path === '/logged')
    expect(record.logged).toEqual(['body.json-depth'])
  })
})
