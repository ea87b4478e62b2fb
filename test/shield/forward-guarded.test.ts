import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { BodiesModel } from '../../src/bundle/dos-model.ts'
import { type Forwarded, forward } from '../../src/shield/forward.ts'
import { COLLECTED_BYTES } from '../../src/shield/outbound-body.ts'
import { createSigner } from '../../src/signature/sign.ts'
import { BOUNDS } from '../http/body-guard/bounds.ts'
import { createFakeTime, type FakeTime } from '../http/body-guard/fake-time.ts'
import { createVetted } from './fixtures.ts'

const signer = createSigner({ keyid: 'k1', mac: () => new ArrayBuffer(32), ttl: 30 })

interface Sending {
  readonly body: string | Buffer | ReadableStream<Uint8Array>
  readonly type?: string
  readonly coding?: string
  /** Declared length; of bodies that are no stream it is known. */
  readonly length?: number | 'undeclared'
  readonly mode?: BodiesModel['mode'] | 'none'
  readonly timeout?: number
  readonly digestBody?: number
  readonly fetch?: (init: RequestInit) => Promise<Response>
}

interface Sent {
  readonly forwarded: Promise<Forwarded>
  readonly time: FakeTime
  readonly fetch: ReturnType<typeof vi.fn<(init: RequestInit) => Promise<Response>>>
  readonly lengths: number[]
}

const echo = async ({ body }: RequestInit): Promise<Response> =>
  new Response(await new Response(body ?? null).arrayBuffer())

function send(sending: Sending): Sent {
  const { body, type, coding, mode = 'enforce' } = sending
  const stream = body instanceof ReadableStream ? body : streamOf(Buffer.from(body))
  const length = sending.length ?? (body instanceof ReadableStream ? 'undeclared' : Buffer.from(body).length)
  const headers: [string, string][] = []
  if (type !== undefined) headers.push(['content-type', type])
  if (coding !== undefined) headers.push(['content-encoding', coding])
  if (length !== 'undeclared') headers.push(['content-length', String(length)])
  const time = createFakeTime()
  const fetch = vi.fn(sending.fetch ?? echo)
  const lengths: number[] = []
  const vetted = createVetted({
    facts: { method: 'POST', headers, hasBody: true },
    route: { digest_body: sending.digestBody ?? 10, max_body: 10_000_000 },
    action: { timeout_ms: sending.timeout ?? 0 },
  })
  const forwarded = forward(
    { body: stream, arrayBuffer: () => new Response(stream).arrayBuffer() },
    mode === 'none' ? vetted : { ...vetted, bodyGuard: { ...BOUNDS, mode } },
    {
      ...time,
      fetch: (_, init) => fetch(init),
      sha256: async () => new ArrayBuffer(32),
      signer,
      mac: () => new ArrayBuffer(32),
      freshness: () => ({ created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
      fixedLength(declared) {
        lengths.push(declared)
        return new TransformStream()
      },
    },
  )
  return { forwarded, time, fetch, lengths }
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close()
        return
      }
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + 10_000)))
      at += 10_000
    },
  })
}

const stalled = (): ReadableStream<Uint8Array> => new ReadableStream({ pull: () => new Promise(() => {}) })

const DEEP = '['.repeat(5) + ']'.repeat(5)
const JSON_TYPE = 'application/json; charset=utf-8'

describe('a guarded body', () => {
  it.each([
    ['JSON', { body: '{"a":[1]}', type: JSON_TYPE }],
    ['a form', { body: 'a=1&b=2', type: 'application/x-www-form-urlencoded' }],
    ['gzip', { body: gzipSync('{"a":1}'), type: 'application/json', coding: 'gzip' }],
    ['no type', { body: DEEP }],
    ['another type', { body: DEEP, type: 'text/plain' }],
    ['no content', { body: '', type: JSON_TYPE }],
    ['undeclared length', { body: '{"a":[1]}', type: JSON_TYPE, length: 'undeclared' }],
    ['much', { body: Buffer.alloc(100_000, 7) }],
  ] as const)('of %s arrives as it was sent', async (_, sending) => {
    const { response, failure, logged } = await send(sending).forwarded
    expect([failure, logged]).toEqual([undefined, undefined])
    expect(
      Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(Buffer.from(sending.body)),
    ).toBe(true)
  })

  it.each([
    ['body.json-depth', 413, { body: DEEP, type: 'application/problem+json' }],
    ['body.json-malformed', 400, { body: '{', type: JSON_TYPE }],
    ['body.xml-doctype', 400, { body: '<!DOCTYPE a><a/>', type: 'image/svg+xml' }],
    ['body.form-keys', 413, { body: 'a&b&c&d&e', type: 'application/x-www-form-urlencoded' }],
    ['body.form-malformed', 400, { body: 'a', type: 'multipart/form-data' }],
    ['body.form-malformed', 400, { body: 'a', type: 'multipart/form-data; boundary=a; boundary=b' }],
    ['body.form-keys', 413, { body: '--a b\r\n'.repeat(6), type: 'multipart/form-data; boundary="a\\ b"' }],
    ['body.charset', 415, { body: '{}', type: 'application/json; charset="UTF-16"' }],
    ['body.coding', 415, { body: 'a', coding: 'br' }],
    ['body.coding', 415, { body: 'a', coding: 'gzip, gzip' }],
    ['body.coding', 415, { body: 'a', coding: 'compress' }],
    ['body.json-depth', 413, { body: gzipSync(DEEP), type: JSON_TYPE, coding: 'gzip' }],
    ['body.compressed-bomb', 413, { body: gzipSync(Buffer.alloc(5_000_000)), coding: 'x-gzip' }],
    ['body.compressed-malformed', 400, { body: 'a', coding: 'deflate' }],
  ] as const)('is refused by %s with %d before the origin is asked', async (rule, status, sending) => {
    const { forwarded, fetch } = send(sending)
    const { failure } = await forwarded
    expect(failure).toMatchObject({
      action: 'block',
      stage: 'body',
      rule,
      status,
      mode: 'enforce',
      close: true,
    })
    expect(fetch).not.toHaveBeenCalled()
  })

  it.each([
    ['undeclared', undefined],
    ['declared', COLLECTED_BYTES + DEEP.length],
  ])('of %s length that streams takes its request to the origin with it', async (_, length) => {
    const body = Buffer.from(' '.repeat(COLLECTED_BYTES) + DEEP)
    let abortedFirst: boolean | undefined
    const fetch = async ({ body: content, signal }: RequestInit): Promise<Response> => {
      await new Response(content ?? null).text().catch(() => {
        abortedFirst = signal?.aborted
      })
      throw new Error('the runtime’s own words')
    }
    const { forwarded } = send({
      body: streamOf(body),
      length: length ?? 'undeclared',
      type: JSON_TYPE,
      fetch,
    })
    expect((await forwarded).failure).toMatchObject({ rule: 'body.json-depth', status: 413 })
    expect(abortedFirst).toBe(true)
  })

  it('of a declared length keeps that on its way', async () => {
    const { forwarded, lengths } = send({ body: Buffer.alloc(COLLECTED_BYTES + 1) })
    await forwarded
    expect(lengths).toEqual([COLLECTED_BYTES + 1])
  })

  it('of up to 64 KiB is collected, and covered by its digest as far as the route says', async () => {
    for (const [digestBody, digest] of [
      [COLLECTED_BYTES, expect.stringContaining('sha-256=')],
      [COLLECTED_BYTES - 1, null],
    ]) {
      const { forwarded, fetch } = send({ body: Buffer.alloc(COLLECTED_BYTES), digestBody })
      await forwarded
      const [init] = fetch.mock.calls[0] ?? []
      expect(init?.body).toBeInstanceOf(ArrayBuffer)
      expect(new Headers(init?.headers).get('content-digest')).toEqual(digest)
    }
  })
})

describe('in log mode', () => {
  it.each([
    ['body.json-depth', { body: DEEP, type: JSON_TYPE }],
    ['body.coding', { body: 'a', coding: 'gzip, gzip' }],
    ['body.compressed-bomb', { body: gzipSync(Buffer.alloc(5_000_000)), coding: 'gzip' }],
  ])('%s is noted and the body goes on', async (rule, sending) => {
    const { response, logged } = await send({ ...sending, mode: 'log' }).forwarded
    expect(logged).toMatchObject([{ rule, mode: 'log', stage: 'body' }])
    expect((await response?.arrayBuffer())?.byteLength).toBe(Buffer.from(sending.body).length)
  })

  it('a slow client is noted and waited for', async () => {
    const gate = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await gate.promise
        controller.enqueue(new Uint8Array(5))
        controller.close()
      },
    })
    const { forwarded, time } = send({ body, length: 5, mode: 'log' })
    await time.pass(20_000)
    gate.resolve()
    expect(await forwarded).toMatchObject({ response: { status: 200 }, logged: [{ rule: 'body.slow' }] })
  })
})

describe.each(['off', 'none'] as const)('with a guard in mode %s', (mode) => {
  it('content is not looked at', async () => {
    const { forwarded } = send({ body: DEEP, type: JSON_TYPE, coding: 'br', mode })
    expect(await forwarded).toMatchObject({ response: { status: 200 } })
  })

  it('a large body of declared length is the very stream that came in', async () => {
    const body = streamOf(Buffer.alloc(100))
    const { forwarded, fetch } = send({ body, length: 100, mode })
    await forwarded
    expect(fetch.mock.calls[0]?.[0]?.body).toBe(body)
  })
})

describe('a client that sends nothing', () => {
  it.each([
    ['a small body', 100],
    ['a large body', 100_000],
    ['a body of any size', 'undeclared'],
  ] as const)('of %s is refused as slow', async (_, length) => {
    const { forwarded, time, fetch } = send({ body: stalled(), length })
    await time.pass(10_001)
    expect((await forwarded).failure).toMatchObject({ rule: 'body.slow', status: 408, close: true })
    // A small one has cost the origin nothing.
    expect(fetch).toHaveBeenCalledTimes(length === 100 ? 0 : 1)
    expect(time.timers).toBe(0)
  })

  it('until the route’s own time is over is told so, and the origin is not blamed', async () => {
    const { forwarded, time } = send({ body: stalled(), timeout: 5000 })
    await time.pass(5001)
    expect((await forwarded).failure).toMatchObject({ rule: 'forward.slow-client', status: 408 })
  })
})

describe('an origin', () => {
  it('that does not read is blamed itself when time is over', async () => {
    const fetch = (): Promise<Response> => new Promise(() => {})
    const { forwarded, time } = send({ body: Buffer.alloc(100_000), timeout: 5000, fetch })
    await time.pass(5001)
    expect((await forwarded).failure).toMatchObject({ rule: 'forward.timeout', status: 504 })
  })
})
