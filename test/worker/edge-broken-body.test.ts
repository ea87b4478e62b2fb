import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url) } })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** How the content of an upload in chunks ended for the origin, when `rest` follows five bytes of it. */
async function upload(path: string, rest: string | undefined): Promise<'whole' | 'broken'> {
  const ended = new Promise<'whole' | 'broken'>((resolve) => {
    origin.on(path, (request, response) => {
      request.on('end', () => {
        resolve('whole')
        response.end('ok')
      })
      request.on('error', () => resolve('broken'))
      // The first bytes are through: now comes the rest.
      request.once('data', () => (rest === undefined ? socket.end() : socket.write(rest)))
    })
  })
  const socket = connect(Number(new URL(edge.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)
  const result = await ended
  socket.destroy()
  return result
}

test('an upload in chunks that comes to its end is whole to the origin', async () => {
  expect(await upload('/whole', '1\r\n!\r\n0\r\n\r\n')).toBe('whole')
})

test.each([
  ['that its client cuts off', '/cut', undefined],
  ['with a chunk that is none', '/bad', 'zz\r\nhello\r\n0\r\n\r\n'],
])('an upload in chunks %s is never whole to the origin', async (_, path, rest) => {
  expect(await upload(path, rest)).toBe('broken')
})

test('an origin that changes protocols unasked has not answered, and the record says so', async () => {
  origin.on('/101', (request) => {
    request.socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    )
  })
  const response = await fetch(`${edge.url}/101`)
  expect([response.status, await response.json()]).toMatchObject([502, { rule: 'forward.bad-status' }])
  const record = await edge.log.find(({ path }) => path === '/101')
  expect(record).toMatchObject({ kind: 'decision', status: 502, rule: 'forward.bad-status' })
})
