import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CHECK_REQUEST,
  CHECK_RESPONSE,
  type CheckRequest,
  type CheckResponse,
  HEALTH_REQUEST,
  HEALTH_RESPONSE,
  type HeaderValue,
} from '../../../src/origin/auth-server/ext-authz-messages.ts'
import { CHECK_METHOD, HEALTH_METHOD } from '../../../src/origin/auth-server/grpc-server.ts'
import { type AuthServer, startAuthServer } from '../../../src/origin/auth-server/start.ts'
import { createMemoryReplayStore } from '../../../src/origin/replay-memory.ts'
import type { Received } from '../../../src/signature/verify.ts'
import { NOW } from '../../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'
import { addField, getField, sendFromEdge } from '../edge.ts'
import { MUTATIONS } from '../mutations.ts'
import { trimBlanks } from './ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-grpc-'))
let server: AuthServer
let client: Client

beforeAll(async () => {
  server = await startAuthServer({
    mode: 'envoy',
    listen: { kind: 'unix', path: join(folder, 'auth.sock') },
    facts: ['country', 'colo'],
    verifier: {
      keys: { keys: [HMAC_KEY, ED25519_KEY] },
      authority: 'origin.example',
      now: () => NOW,
      unsigned: { paths: ['/healthz'] },
      // As if it had started long ago: else what was signed before is refused.
      replay: createMemoryReplayStore(),
    },
  })
  client = new Client(server.address, credentials.createInsecure())
})
afterAll(async () => {
  client.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

function call<Q, R>(
  path: string,
  encode: (message: Q) => Buffer,
  decode: (bytes: Buffer) => R,
  message: Q,
): Promise<R> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, encode, decode, message, (error, answer) => {
      if (error) reject(error)
      else if (answer) resolve(answer)
    })
  })
}

const check = (message: CheckRequest): Promise<CheckResponse> =>
  call(CHECK_METHOD, CHECK_REQUEST.encode, CHECK_RESPONSE.decode, message)

/** Names in lower case, fields that are equal joined, pseudo fields beside them: as Envoy does. */
function listFields(received: Received): HeaderValue[] {
  const joined = new Map<string, string>([
    [':method', received.method],
    [':path', received.target],
    [':authority', trimBlanks(getField(received, 'Host'))],
  ])
  for (let i = 0; i < received.fields.length; i += 2) {
    const key = (received.fields[i] ?? '').toLowerCase()
    const value = trimBlanks(received.fields[i + 1] ?? '')
    const before = joined.get(key)
    if (key !== 'host') joined.set(key, before === undefined ? value : `${before},${value}`)
  }
  return Array.from(joined, ([key, value]) => ({ key, value }))
}

function asEnvoy(received: Received, raw = false): CheckRequest {
  const headers = listFields(received)
  const http = {
    method: received.method,
    path: received.target,
    host: trimBlanks(getField(received, 'Host')),
    headers: raw ? [] : headers,
    headerMap: raw
      ? {
          headers: headers.map(({ key, value }) => ({
            key,
            value: '',
            rawValue: Buffer.from(value, 'latin1'),
          })),
        }
      : null,
  }
  return { attributes: { request: { http } } }
}

const fieldsOf = (response: CheckResponse): Record<string, string> =>
  Object.fromEntries((response.okResponse?.headers ?? []).map(({ header }) => [header.key, header.value]))

describe.each([
  ['joined', false],
  ['raw', true],
])('ext_authz over gRPC with %s fields', (_, raw) => {
  test('a signed request is let in with its facts, once', async () => {
    const question = asEnvoy(await sendFromEdge({ created: NOW }), raw)
    const answer = await check(question)
    expect(answer.status?.code ?? 0).toBe(0)
    expect(fieldsOf(answer)).toEqual({
      'x-forwarded-for': '203.0.113.77',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-proto': 'https',
      'x-real-ip': '203.0.113.77',
      'x-request-id': '0192f0c1-7d5e-7abc-8def-0123456789ab',
      forwarded: 'for="203.0.113.77:50123";host="shop.example";proto=https',
      'sallyport-country': 'NO',
      'sallyport-colo': 'OSL',
    })
    expect(answer.okResponse?.headers.every(({ appendAction }) => appendAction === 2)).toBe(true)
    const again = await check(question)
    expect(again.status.code).toBe(7)
    expect(again.deniedResponse?.status.code).toBe(403)
    expect(JSON.parse(again.deniedResponse?.body ?? '')).toEqual({
      title: 'This request was not accepted',
      status: 403,
    })
  })

  test('fields that claim an identity and are not set are removed', async () => {
    let received = await sendFromEdge({ created: NOW })
    for (const name of [
      'X-Forwarded-For',
      'X-Forwarded-Port',
      'X_Real_IP',
      'True-Client-IP',
      'Sallyport-Asn',
    ]) {
      received = addField(received, name, 'evil')
    }
    const answer = await check(asEnvoy(received, raw))
    expect([...(answer.okResponse?.headersToRemove ?? [])].sort()).toEqual([
      'sallyport-asn',
      'sallyport-client',
      'sallyport-request-id',
      'sallyport-verdict',
      'signature',
      'signature-input',
      'true-client-ip',
      'x-forwarded-port',
      'x_real_ip',
    ])
    expect(fieldsOf(answer)['x-forwarded-for']).toBe('203.0.113.77')
  })

  test('a health probe passes, without what claims an identity', async () => {
    const probe = { method: 'GET', target: '/healthz', fields: ['Host', 'x', 'X-Real-IP', '192.0.2.1'] }
    const answer = await check(asEnvoy(probe, raw))
    expect(answer.status?.code ?? 0).toBe(0)
    expect(fieldsOf(answer)).toEqual({})
    expect(answer.okResponse?.headersToRemove).toEqual(['x-real-ip'])
  })

  test('nothing signed is unauthenticated', async () => {
    const answer = await check(
      asEnvoy({ method: 'GET', target: '/', fields: ['Host', 'origin.example'] }, raw),
    )
    expect(answer.status.code).toBe(16)
    expect(answer.deniedResponse?.status.code).toBe(401)
    const names = answer.deniedResponse?.headers.map(({ header }) => header.key)
    expect(names).toEqual(['content-type', 'cache-control', 'www-authenticate'])
  })

  // Doubled Hosts never get this far, and joined fields tell nothing of a doubled length.
  test.each(MUTATIONS.filter((mutation) => mutation.expect !== 'host'))(
    'the battery: $name',
    async ({ mutate, expect: expected }) => {
      const answer = await check(asEnvoy(await mutate(await sendFromEdge({ created: NOW }), NOW), raw))
      const code = answer.status?.code ?? 0
      expect(code).toBe(expected === 'pass' ? 0 : expected === 'unsigned' ? 16 : 7)
    },
  )
})

describe('ext_authz over gRPC', () => {
  test.each([
    'Signature',
    'Signature-Input',
    'Sallyport-Client',
    'Sallyport-Verdict',
    'Sallyport-Request-Id',
  ])('a doubled %s is refused, joined or raw, before or behind the right one', async (name) => {
    for (const value of ['', 'x', 'ip="192.0.2.66", host="shop.example", scheme=https']) {
      for (const ahead of [true, false]) {
        const signed = await sendFromEdge({ created: NOW })
        const fields = ahead ? [name, value, ...signed.fields] : [...signed.fields, name, value]
        const joined = await check(asEnvoy({ ...signed, fields }))
        expect(joined.status.code).toBe(7)
        const headers = []
        for (let i = 0; i < fields.length; i += 2) {
          const key = (fields[i] ?? '').toLowerCase()
          if (key !== 'host') headers.push({ key, value: fields[i + 1] ?? '' })
        }
        const http = {
          method: 'GET',
          path: signed.target,
          host: 'origin.example',
          headers: [],
          headerMap: { headers },
        }
        expect((await check({ attributes: { request: { http } } })).status.code).toBe(7)
      }
    }
  })

  test('a Host among the fields, or two lists of fields, are refused', async () => {
    const signed = await sendFromEdge({ created: NOW })
    const question = asEnvoy(signed)
    const http = question.attributes?.request?.http
    if (!http) throw new Error('no question')
    const headers = [...http.headers, { key: 'host', value: 'origin.example' }]
    expect((await check({ attributes: { request: { http: { ...http, headers } } } })).status.code).toBe(7)
    // Each list alone would be right.
    const both = { ...http, headerMap: { headers: [{ key: 'accept', value: '*/*' }] } }
    expect((await check({ attributes: { request: { http: both } } })).status.code).toBe(7)
  })

  test('what says nothing of a request, or is no message, is refused', async () => {
    expect((await check({ attributes: null })).status.code).toBe(7)
    const empty = { method: '', path: '', host: '', headers: [], headerMap: null }
    expect((await check({ attributes: { request: { http: empty } } })).status.code).toBe(7)
    const garbage = await call(
      CHECK_METHOD,
      (bytes: Buffer) => bytes,
      CHECK_RESPONSE.decode,
      Buffer.from([0xff]),
    )
    expect(garbage.status.code).toBe(7)
  })

  test('a message over 128 KiB is an error, which Envoy takes for a refusal', async () => {
    const signed = addField(await sendFromEdge({ created: NOW }), 'Cookie', 'x'.repeat(140_000))
    const error: ServiceError = await check(asEnvoy(signed)).catch((reason) => reason)
    expect(error.code).toBe(8)
  })

  test('field names like object members are names and nothing else', async () => {
    const signed = await sendFromEdge({ created: NOW })
    const odd = ['__proto__', 'constructor', 'tostring'].reduce((r, name) => addField(r, name, 'x'), signed)
    expect((await check(asEnvoy(odd))).status?.code ?? 0).toBe(0)
  })

  test('health is told by name', async () => {
    const ask = (service: string): Promise<{ status: number }> =>
      call(HEALTH_METHOD, HEALTH_REQUEST.encode, HEALTH_RESPONSE.decode, { service })
    expect((await ask('')).status).toBe(1)
    expect((await ask('envoy.service.auth.v3.Authorization')).status).toBe(1)
    await expect(ask('other')).rejects.toMatchObject({ code: 5 })
  })

  test('100 copies of one request at once: one comes in', async () => {
    const question = asEnvoy(await sendFromEdge({ created: NOW }))
    const answers = await Promise.all(Array.from({ length: 100 }, () => check(question)))
    expect(answers.filter(({ status }) => (status?.code ?? 0) === 0)).toHaveLength(1)
  })
})

/** A field of a protocol buffer whose value has a length: its number, then its bytes. */
function field(id: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const size: number[] = []
  let rest = bytes.length
  for (; rest > 127; rest >>= 7) size.push((rest & 127) | 128)
  return Buffer.concat([Buffer.from([(id << 3) | 2, ...size, rest]), bytes])
}

/** Sends one gRPC message over bare HTTP/2 and gives the message that comes back. */
function callByHand(path: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2('http://sallyport', {
      createConnection: () => connectSocket(server.address.slice('unix:'.length)),
    })
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => {
      session.close()
      resolve(Buffer.concat(chunks).subarray(5))
    })
    const frame = Buffer.alloc(5)
    frame.writeUInt32BE(message.length, 1)
    stream.end(Buffer.concat([frame, message]))
  })
}

describe('bytes made by hand from the numbers in Envoy’s protocol', () => {
  test('a CheckRequest is read, and the CheckResponse has its fields where Envoy looks', async () => {
    const signed = await sendFromEdge({ created: NOW })
    const entries: Buffer[] = []
    for (let i = 2; i < signed.fields.length; i += 2) {
      const [key = '', value = ''] = signed.fields.slice(i, i + 2)
      entries.push(field(3, Buffer.concat([field(1, key.toLowerCase()), field(2, value)])))
    }
    const http = Buffer.concat([
      field(1, 'an id that is skipped'),
      field(2, signed.method),
      ...entries,
      field(4, signed.target),
      field(5, 'origin.example'),
      field(6, 'https'),
      // size (9), a varint: −1.
      Buffer.from([0x48, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
      field(10, 'HTTP/1.1'),
    ])
    const attributes = Buffer.concat([
      field(1, field(2, 'a peer that is skipped')),
      field(4, field(2, http)),
      field(10, Buffer.concat([field(1, 'key'), field(2, 'value')])),
    ])
    const answer = await callByHand('/envoy.service.auth.v3.Authorization/Check', field(1, attributes))
    const option = (key: string, value: string): Buffer =>
      field(
        2,
        Buffer.concat([field(1, Buffer.concat([field(1, key), field(2, value)])), Buffer.from([0x18, 0x02])]),
      )
    const ok = Buffer.concat([
      option('x-forwarded-for', '203.0.113.77'),
      option('x-forwarded-host', 'shop.example'),
      option('x-forwarded-proto', 'https'),
      option('x-real-ip', '203.0.113.77'),
      option('x-request-id', '0192f0c1-7d5e-7abc-8def-0123456789ab'),
      option('forwarded', 'for="203.0.113.77:50123";host="shop.example";proto=https'),
      option('sallyport-country', 'NO'),
      option('sallyport-colo', 'OSL'),
      field(5, 'sallyport-client'),
      field(5, 'sallyport-verdict'),
      field(5, 'sallyport-request-id'),
      field(5, 'signature-input'),
      field(5, 'signature'),
    ])
    // The status is present and its code is 0, which protocol buffers may or may not write.
    const status = answer.subarray(0, 2).equals(Buffer.from([0x0a, 0x00]))
      ? answer.subarray(0, 2)
      : answer.subarray(0, 4)
    expect([...status]).toEqual(status.length === 2 ? [0x0a, 0x00] : [0x0a, 0x02, 0x08, 0x00])
    expect(answer.subarray(status.length).equals(field(3, ok))).toBe(true)
  })

  test('a refusal has its status, fields and body where Envoy looks', async () => {
    const http = Buffer.concat([field(2, 'GET'), field(4, '/'), field(5, 'origin.example')])
    const answer = await callByHand(
      '/envoy.service.auth.v3.Authorization/Check',
      field(1, field(4, field(2, http))),
    )
    const option = (key: string, value: string): Buffer =>
      field(
        2,
        Buffer.concat([field(1, Buffer.concat([field(1, key), field(2, value)])), Buffer.from([0x18, 0x02])]),
      )
    const denied = Buffer.concat([
      field(1, Buffer.from([0x08, 0x91, 0x03])),
      option('content-type', 'application/problem+json'),
      option('cache-control', 'no-store'),
      option('www-authenticate', 'Signature'),
      field(3, '{"title":"This origin answers requests from its gateway only","status":401}\n'),
    ])
    expect(answer.equals(Buffer.concat([Buffer.from([0x0a, 0x02, 0x08, 16]), field(2, denied)]))).toBe(true)
  })

  test('health is answered', async () => {
    expect([...(await callByHand('/grpc.health.v1.Health/Check', Buffer.alloc(0)))]).toEqual([0x08, 0x01])
  })

  test('raw fields are read from the header map', async () => {
    const signed = await sendFromEdge({ created: NOW })
    const entries: Buffer[] = []
    for (let i = 2; i < signed.fields.length; i += 2) {
      const [key = '', value = ''] = signed.fields.slice(i, i + 2)
      entries.push(field(1, Buffer.concat([field(1, key.toLowerCase()), field(3, value)])))
    }
    const http = [field(2, signed.method), field(4, signed.target), field(5, 'origin.example')]
    const message = Buffer.concat([...http, field(13, Buffer.concat(entries))])
    const answer = await callByHand(CHECK_METHOD, field(1, field(4, field(2, message))))
    expect(answer.includes('203.0.113.77')).toBe(true)
    const evil = field(1, Buffer.concat([field(1, 'sallyport-client'), field(3, 'ip="192.0.2.1"')]))
    const second = await callByHand(
      CHECK_METHOD,
      field(1, field(4, field(2, Buffer.concat([...http, field(13, Buffer.concat([...entries, evil]))])))),
    )
    expect(second.includes('not accepted')).toBe(true)
  })
})
