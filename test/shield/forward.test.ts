import { createHash } from 'node:crypto'
import { describe, expect, it, test, vi } from 'vitest'
import { type ForwardPorts, forward } from '../../src/shield/forward.ts'
import type { Incoming } from '../../src/shield/outbound-body.ts'
import type { SignedMessage } from '../../src/signature/base.ts'
import { createSigner } from '../../src/signature/sign.ts'
import { createVetted, type VettedChange } from './fixtures.ts'

const SIGNER = createSigner({ keyid: 'k1', mac: () => new ArrayBuffer(32), ttl: 30 })
const FRESHNESS = { created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }

type Fetch = ForwardPorts['fetch']

/** Ports that record what they are asked, and whose timer fires when the test says. */
function open(fetch: Fetch = async () => new Response('ok')) {
  const sent: { url: string; init: RequestInit }[] = []
  const messages: SignedMessage[] = []
  const timers: { ms: number; fire: () => void; cancelled: boolean }[] = []
  const ports: ForwardPorts = {
    fetch(url, init) {
      sent.push({ url, init })
      return fetch(url, init)
    },
    sha256: async (bytes) => {
      const digest = createHash('sha256').update(new Uint8Array(bytes)).digest()
      return new Uint8Array(digest).buffer
    },
    signer: {
      sign(message, freshness) {
        messages.push(message)
        return SIGNER.sign(message, freshness)
      },
    },
    mac: () => new ArrayBuffer(32),
    freshness: () => FRESHNESS,
    now: () => 0,
    fixedLength: () => new TransformStream(),
    timer(ms, fire) {
      const timer = { ms, fire, cancelled: false }
      timers.push(timer)
      return () => {
        timer.cancelled = true
      }
    },
  }
  return { ports, sent, messages, timers }
}

/** An origin that never answers, until the attempt is given up. */
const hang: Fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    const { signal } = init
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })

function streamOf(...sizes: number[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const size = sizes.shift()
      if (size === undefined) controller.close()
      else controller.enqueue(new Uint8Array(size).fill(0x61))
    },
  })
}

function createIncoming(body: ReadableStream<Uint8Array> | null = null, signal?: AbortSignal): Incoming {
  return { body, signal, arrayBuffer: () => new Response(body).arrayBuffer() }
}

function post(length: string | undefined): VettedChange {
  const headers = length === undefined ? [] : [['content-length', length] as const]
  return { facts: { method: 'POST', headers, hasBody: true } }
}

describe('a request without a body', () => {
  it('goes to its origin by its own method, and redirects are left to the client', async () => {
    const redirect = new Response(null, { status: 302, headers: { location: '/elsewhere' } })
    const { ports, sent } = open(async () => redirect)
    const vetted = createVetted({ facts: { method: 'DELETE', target: '/a?b' } })
    expect((await forward(createIncoming(), vetted, ports)).response).toBe(redirect)
    expect(sent).toMatchObject([
      { url: 'http://origin.example:8080/a?b', init: { method: 'DELETE', redirect: 'manual' } },
    ])
    expect(sent[0]?.init).not.toHaveProperty('body')
  })

  it('has none even when the runtime holds an empty one', async () => {
    const { ports, sent } = open()
    await forward(createIncoming(streamOf()), createVetted(), ports)
    expect(sent[0]?.init).not.toHaveProperty('body')
  })

  it('is sent with the fields that were signed', async () => {
    const { ports, sent, messages } = open()
    await forward(createIncoming(), createVetted(), ports)
    const headers: Record<string, string> = Object.fromEntries(sent[0]?.init.headers as Headers)
    const [message] = messages
    expect(message).toMatchObject({
      client: headers['sallyport-client'],
      verdict: headers['sallyport-verdict'],
      requestId: headers['sallyport-request-id'],
    })
    const signed = await SIGNER.sign(message as SignedMessage, FRESHNESS)
    expect([headers['signature-input'], headers.signature]).toEqual([signed.signatureInput, signed.signature])
  })
})

const EMPTY_DIGEST = `sha-256=:${createHash('sha256').digest('base64')}:`

describe('a body', () => {
  it.each([
    ['POST', 65_536, EMPTY_DIGEST],
    ['DELETE', 1, EMPTY_DIGEST],
    ['POST', 0, null],
    ['GET', 65_536, null],
    ['HEAD', 65_536, null],
  ])('that is not there is covered with %s and digest_body %d as %s', async (method, digest_body, digest) => {
    const { ports, sent, messages } = open()
    await forward(createIncoming(), createVetted({ facts: { method }, route: { digest_body } }), ports)
    expect(new Headers(sent[0]?.init.headers).get('content-digest')).toBe(digest)
    expect(messages[0]?.contentDigest ?? null).toBe(digest)
  })

  it.each(['1', '10'])('of %s declared bytes is read and covered by its digest', async (length) => {
    const { ports, sent, messages } = open()
    await forward(createIncoming(streamOf(Number(length))), createVetted(post(length)), ports)
    const { body, headers } = sent[0]?.init ?? {}
    const bytes = Buffer.from(body as ArrayBuffer)
    expect(bytes.toString()).toBe('a'.repeat(Number(length)))
    const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
    expect((headers as Headers).get('content-digest')).toBe(digest)
    expect(messages[0]?.contentDigest).toBe(digest)
  })

  it('of more declared bytes than the route covers is the very stream that came in', async () => {
    const { ports, sent, messages } = open()
    const body = streamOf(11)
    const incoming = { ...createIncoming(body), arrayBuffer: vi.fn<() => Promise<ArrayBuffer>>() }
    await forward(incoming, createVetted(post('11')), ports)
    expect(sent[0]?.init.body).toBe(body)
    expect(incoming.arrayBuffer).not.toHaveBeenCalled()
    expect(messages[0]?.contentDigest).toBeUndefined()
  })

  it('is never covered on a route that says so', async () => {
    const { ports, messages } = open()
    await forward(
      createIncoming(streamOf(1)),
      createVetted({ ...post('1'), route: { digest_body: 0 } }),
      ports,
    )
    expect(messages[0]?.contentDigest).toBeUndefined()
  })

  it('of undeclared length streams up to the cap', async () => {
    const { ports, sent, messages } = open(async (_, { body }) => {
      return new Response(await new Response(body as ReadableStream).text())
    })
    const { response } = await forward(createIncoming(streamOf(40, 60)), createVetted(post(undefined)), ports)
    expect(await response?.text()).toBe('a'.repeat(100))
    expect(sent[0]?.init.body).toBeInstanceOf(ReadableStream)
    expect(messages[0]?.contentDigest).toBeUndefined()
  })

  it('of undeclared length beyond the cap is refused, and the origin given up', async () => {
    const { ports, sent, timers } = open(
      async (_, { body }) => new Response(body as ReadableStream).text() as never,
    )
    const { failure } = await forward(createIncoming(streamOf(60, 41)), createVetted(post(undefined)), ports)
    expect(failure).toMatchObject({
      stage: 'body',
      rule: 'hygiene.body-too-large',
      status: 413,
      close: true,
      fix: 'Raise `max_body` on the route in rules/routes/.',
    })
    expect(sent[0]?.init.signal?.aborted).toBe(true)
    expect(timers).toMatchObject([{ cancelled: true }])
  })

  it('that breaks off before it is read costs the origin nothing', async () => {
    const { ports, sent } = open()
    const incoming = { ...createIncoming(streamOf(5)), arrayBuffer: () => Promise.reject(new Error('gone')) }
    expect((await forward(incoming, createVetted(post('5')), ports)).failure?.stage).toBe('forward')
    expect(sent).toEqual([])
  })
})

describe('a client that sends its declared content too slowly', () => {
  it('is told so, and the origin is neither blamed nor asked any more', async () => {
    const { ports, sent, timers } = open()
    const { promise, resolve } = Promise.withResolvers<ArrayBuffer>()
    const incoming = { ...createIncoming(streamOf(5)), arrayBuffer: () => promise }
    const pending = forward(incoming, createVetted(post('5')), ports)
    timers[0]?.fire()
    const { failure } = await pending
    expect(failure).toMatchObject({ stage: 'body', rule: 'forward.slow-client', status: 408, close: true })
    resolve(new ArrayBuffer(5))
    await new Promise((done) => setImmediate(done))
    expect(sent).toEqual([])
  })
})

describe('an origin', () => {
  it('that does not answer in time is given up with 504', async () => {
    const { ports, sent, timers } = open(hang)
    const pending = forward(createIncoming(), createVetted({ action: { timeout_ms: 250 } }), ports)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(timers).toMatchObject([{ ms: 250, cancelled: false }])
    timers[0]?.fire()
    const { failure } = await pending
    expect(failure).toMatchObject({ stage: 'forward', rule: 'forward.timeout', status: 504, mode: 'enforce' })
    expect(failure?.fix).toContain('`timeout`')
    expect(timers[0]?.cancelled).toBe(true)
  })

  it('that answers stops the clock, and its body may take as long as it likes', async () => {
    const { ports, sent, timers } = open()
    await forward(createIncoming(), createVetted(), ports)
    expect(timers).toMatchObject([{ ms: 1000, cancelled: true }])
    expect(sent[0]?.init.signal?.aborted).not.toBe(true)
  })

  it('has no clock when the route has no timeout', async () => {
    const { ports, timers } = open()
    await forward(createIncoming(), createVetted({ action: { timeout_ms: 0 } }), ports)
    expect(timers).toEqual([])
  })

  it.each<[string, Fetch]>([
    ['rejects', () => Promise.reject(new TypeError('connection refused'))],
    [
      'throws',
      () => {
        throw new Error('no such host')
      },
    ],
  ])('whose connection %s is unreachable: 502, and the clock stops', async (_, fetch) => {
    const { ports, timers } = open(fetch)
    const { failure } = await forward(createIncoming(), createVetted(), ports)
    expect(failure).toMatchObject({ rule: 'forward.unreachable', status: 502 })
    expect(JSON.stringify(failure)).not.toMatch(/refused|no such host/)
    expect(timers).toMatchObject([{ cancelled: true }])
  })

  it('that answers with a status beyond HTTP has not answered', async () => {
    const { ports } = open(async () => ({ status: 600 }) as Response)
    const { failure } = await forward(createIncoming(), createVetted(), ports)
    expect(failure).toMatchObject({ rule: 'forward.bad-status', status: 502 })
  })

  it('that answers with an error has answered', async () => {
    const { ports } = open(async () => new Response('no', { status: 599 }))
    expect((await forward(createIncoming(), createVetted(), ports)).response?.status).toBe(599)
  })
})

describe('a client that leaves', () => {
  it('takes its request away from the origin', async () => {
    const { ports, sent } = open(hang)
    const client = new AbortController()
    const pending = forward(createIncoming(null, client.signal), createVetted(), ports)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    client.abort()
    expect((await pending).failure).toMatchObject({ rule: 'forward.client-left', status: 499 })
    expect(sent[0]?.init.signal?.aborted).toBe(true)
  })

  it('is noticed also when it left before', async () => {
    const { ports } = open(hang)
    const { failure } = await forward(createIncoming(null, AbortSignal.abort()), createVetted(), ports)
    expect(failure).toMatchObject({ rule: 'forward.client-left', status: 499 })
  })

  it('while the response streams, stops the origin too', async () => {
    const { ports, sent } = open()
    const client = new AbortController()
    await forward(createIncoming(null, client.signal), createVetted(), ports)
    client.abort()
    expect(sent[0]?.init.signal?.aborted).toBe(true)
  })
})

test('what cannot be signed is not sent', async () => {
  const { ports, sent, timers } = open()
  const { failure } = await forward(createIncoming(), createVetted({ facts: { host: '' } }), ports)
  expect(failure).toMatchObject({ stage: 'forward', status: 502 })
  expect(sent).toEqual([])
  expect(timers).toMatchObject([{ cancelled: true }])
})
