/** What comes before a body is unwrapped, and what comes too late. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import express from 'express'
import { afterAll, expect, test } from 'vitest'
import { sallyport } from '../../src/origin/express.ts'
import type { DecisionRecord } from '../../src/origin/record.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen } from './apps.ts'
import { chunkRequest, writeChunked } from './chunked-request.ts'
import { addField } from './edge.ts'
import { sendRaw } from './raw-client.ts'

const records: DecisionRecord[] = []
const door = sallyport({ keys: { keys: [HMAC_KEY] }, onDecision: (record) => records.push(record) })
const raw = express.raw({ type: () => true, limit: '1mb' })
const app = express()
const answer: express.RequestHandler = (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  response.send(createHash('sha256').update(body).digest('hex'))
}
const pause: express.RequestHandler = (_request, _response, next) => void wait(30).then(() => next())
app.post('/waits', pause, door, raw, answer)
app.post('/reads', raw, door, answer)
app.post('/unread', door, (_request, response) => void response.send('unread'))
const server = createServer(app)
const port = await listen(server)
afterAll(() => closeServer(server))

async function post(target: string, size: number, isDeclared: boolean) {
  const body = Buffer.alloc(size, 'sallyport')
  const { received, chunks } = await chunkRequest(body, { isDeclared, target, type: 'a/b' })
  const closing = addField(received, 'Connection', 'close')
  const parts = writeChunked(closing, chunks, isDeclared ? 'length' : 'chunks')
  records.length = 0
  const response = await sendRaw(port, parts.join(''))
  return { ...response, sha256: createHash('sha256').update(body).digest('hex') }
}

test('a body that comes while middleware waits is unwrapped all the same', async () => {
  for (const size of [0, 1, 1000, 65_536, 300_000]) {
    for (const isDeclared of [true, false]) {
      const { status, body, sha256 } = await post('/waits', size, isDeclared)
      expect([size, isDeclared, status, body]).toEqual([size, isDeclared, 200, sha256])
    }
  }
})

test('a body that was read before it was verified is refused', async () => {
  for (const isDeclared of [true, false]) {
    const { status } = await post('/reads', 1000, isDeclared)
    expect([status, records.map(({ failure }) => failure)]).toEqual([403, [undefined, 'body-lost']])
  }
})

test('what comes of a body after the answer is thrown away, and the connection goes on', async () => {
  const socket = connect(port, '127.0.0.1')
  records.length = 0
  for (let turn = 0; turn < 3; turn++) {
    const { received, chunks } = await chunkRequest(Buffer.alloc(5000), {
      isDeclared: false,
      target: '/unread',
    })
    const [head = '', ...rest] = writeChunked(received, chunks, 'chunks')
    socket.write(head, 'latin1')
    const [data] = await once(socket, 'data')
    expect(String(data)).toMatch(/^HTTP\/1\.1 200 [\s\S]*unread$/)
    socket.write(rest.join(''), 'latin1')
  }
  socket.destroy()
  expect(records.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined])
})
