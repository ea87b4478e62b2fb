/** Fields beyond those that Node keeps: until Node 24 it drops them without a word, and takes them for framing. */
import { createServer, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { admit } from '../../src/origin/incoming.ts'
import type { DecisionRecord } from '../../src/origin/record.ts'
import { createVerifier } from '../../src/origin/verifier.ts'
import { formatBodyPlan } from '../../src/signature/body-chain.ts'
import type { Received } from '../../src/signature/verify.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { addField, digestOf, getField, sendFromEdge, setField } from './edge.ts'

const created = Math.floor(Date.now() / 1000)
const records: DecisionRecord[] = []
const verifier = createVerifier({
  keys: { keys: [HMAC_KEY] },
  acceptBodyChunks: true,
  onDecision: (record) => records.push(record),
})

/** As Node makes it: `headers` of the first fields, `rawHeaders` of whole batches of 32. */
function receive({ method, target, fields }: Received, kept: number): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.method = method
  request.url = target
  request.rawHeaders = [...fields].slice(0, Math.ceil((2 * kept) / 64) * 64)
  for (let i = 0; i < Math.min(fields.length, 2 * kept); i += 2)
    request.headers[(fields[i] ?? '').toLowerCase()] = fields[i + 1] ?? ''
  return request
}

function crowd(received: Received, count: number, last: readonly string[]): Received {
  const junk = Array.from({ length: count - received.fields.length / 2 }, () => ['a', '']).flat()
  return { ...received, fields: [...received.fields, ...junk, ...last] }
}

async function tryOne(request: IncomingMessage): Promise<unknown> {
  records.length = 0
  const outcome = await admit(request, verifier)
  return outcome.ok || [outcome.status, outcome.failure, ...records.map(({ failure }) => failure)]
}

const REFUSED = [403, 'field-count', 'field-count']

describe('a request with more fields than Node keeps is refused', () => {
  test.each([1000, 1010, 1024, 3000])('content behind a GET, framed by field %i', async (place) => {
    const right = await sendFromEdge({ created, message: { method: 'GET' } })
    expect(await tryOne(receive(crowd(right, place, ['Content-Length', '4']), 1000))).toEqual(REFUSED)
  })

  test.each([1000, 1010, 1024, 3000])('content where none was signed, framed by field %i', async (place) => {
    const right = await sendFromEdge({ created, message: { method: 'POST', contentDigest: digestOf('') } })
    expect(await tryOne(receive(crowd(right, place, ['Content-Length', '4']), 1000))).toEqual(REFUSED)
  })

  test('chunks that are announced by field 1,001', async () => {
    const body = formatBodyPlan({ size: 65_536 })
    const right = await sendFromEdge({ created, message: { method: 'POST', body } })
    const without = addField(setField(right, 'Sallyport-Body', undefined), 'Content-Length', '4')
    const request = receive(crowd(without, 1000, ['Sallyport-Body', getField(right, 'Sallyport-Body')]), 1000)
    expect(await tryOne(request)).toEqual(REFUSED)
  })

  test('also where the server keeps fewer', async () => {
    const right = await sendFromEdge({ created, message: { method: 'GET' } })
    const request = receive(crowd(right, 50, ['Content-Length', '4']), 50)
    const server = createServer()
    server.maxHeadersCount = 50
    Object.assign(request.socket, { server })
    expect(await tryOne(request)).toEqual(REFUSED)
  })
})

test('a request with all fields but one that Node keeps is let in', async () => {
  const right = await sendFromEdge({ created, message: { method: 'GET' } })
  expect(await tryOne(receive(crowd(right, 999, []), 1000))).toBe(true)
})

test('where a server keeps all fields, none is missing', async () => {
  const right = await sendFromEdge({ created, message: { method: 'GET' } })
  const request = receive(crowd(right, 1500, []), 2000)
  const server = createServer()
  server.maxHeadersCount = 0
  Object.assign(request.socket, { server })
  expect(await tryOne(request)).toBe(true)
})

test('chunks that Node’s headers do not announce are never taken for the plain body', async () => {
  const body = formatBodyPlan({ size: 65_536 })
  const request = receive(await sendFromEdge({ created, message: { method: 'POST', body } }), 1000)
  delete request.headers['sallyport-body']
  expect(await tryOne(request)).toEqual([403, 'body-chunks', undefined, 'body-chunks'])
})
