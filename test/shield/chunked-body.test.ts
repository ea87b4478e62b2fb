import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { RouteModel } from '../../src/bundle/model.ts'
import { type ForwardPorts, forward } from '../../src/shield/forward.ts'
import type { Incoming } from '../../src/shield/outbound-body.ts'
import type { SignedMessage } from '../../src/signature/base.ts'
import { CHUNK_SIZE, framedLength, parseBodyPlan } from '../../src/signature/body-chain.ts'
import { createSigner } from '../../src/signature/sign.ts'
import { tagsBy, unframe } from '../signature/chunk-fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { createVetted } from './fixtures.ts'

const { mac } = tagsBy(HMAC_KEY)
const SIGNER = createSigner({ keyid: 'k1', mac, ttl: 30 })

interface Sent {
  readonly headers: Headers
  readonly message: SignedMessage
  /** What the runtime was told that would come. */
  readonly declared: number | undefined
  /** What came, all of it unless the body failed. */
  readonly wire: Buffer
}

interface Sending {
  readonly body: ReadableStream<Uint8Array>
  readonly length?: number | undefined
  readonly route?: Partial<RouteModel>
  /** Reads the body in place of the origin. */
  readonly read?: (body: ReadableStream<Uint8Array>) => Promise<void>
}

const ALL: Partial<RouteModel> = { sign_body: 'all' }

async function send({ body, length, route = ALL, read }: Sending) {
  const pieces: Uint8Array[] = []
  let headers = new Headers()
  let message: SignedMessage | undefined
  let declared: number | undefined

  async function collect(content: ReadableStream<Uint8Array>): Promise<void> {
    for await (const piece of content) pieces.push(piece)
  }

  const ports: ForwardPorts = {
    async fetch(_url, init) {
      headers = new Headers(init.headers)
      if (init.body instanceof ReadableStream) await (read ?? collect)(init.body)
      else if (init.body instanceof ArrayBuffer) pieces.push(new Uint8Array(init.body))
      return new Response('ok')
    },
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    signer: {
      sign(given, freshness) {
        message = given
        return SIGNER.sign(given, freshness)
      },
    },
    mac,
    freshness: () => ({ created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
    now: () => 0,
    timer: () => () => undefined,
    fixedLength(told) {
      declared = told
      return new TransformStream()
    },
  }
  const fields = length === undefined ? [] : [['content-length', String(length)] as const]
  const vetted = createVetted({
    facts: { method: 'POST', headers: fields, hasBody: true },
    route: { max_body: 10_000_000, digest_body: 10, ...route },
  })
  const incoming: Incoming = { body, arrayBuffer: () => new Response(body).arrayBuffer() }
  const forwarded = await forward(incoming, vetted, ports)
  if (!message) throw new Error('nothing was signed')
  const sent: Sent = { headers, message, declared, wire: Buffer.concat(pieces) }
  return { forwarded, sent }
}

function streamOf(
  pieces: readonly Uint8Array[],
  end: 'closes' | 'fails' = 'closes',
): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream(
    {
      pull(controller) {
        const piece = left.shift()
        if (piece) controller.enqueue(piece)
        else if (end === 'closes') controller.close()
        else controller.error(new Error('gone'))
      },
    },
    { highWaterMark: 0 },
  )
}

/** What an origin makes of the chunks that were sent. */
function receive({ headers, message, wire }: Sent) {
  const field = headers.get('sallyport-body') ?? ''
  const plan = parseBodyPlan(field)
  if (!plan) throw new Error('no chunks were sent')
  expect(message.body).toBe(field)
  const signature = Buffer.from(headers.get('signature')?.slice('sallyport=:'.length, -1) ?? '', 'base64')
  return { plan, ...unframe([wire], { plan, signature }) }
}

describe('on a route that signs all', () => {
  it('a body of any pieces arrives, declared or not', async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        fc
          .constantFrom(CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 40_000, 200_000)
          .map((n) => new Uint8Array(n).fill(n)),
      ),
      { maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (parts, isDeclared) => {
        const plain = Buffer.concat(parts)
        const length = isDeclared ? plain.length : undefined
        fc.pre(length === undefined || length > 65_536)
        const { forwarded, sent } = await send({ body: streamOf(parts), length })
        expect(forwarded.response?.status).toBe(200)
        const { plan, fault, body } = receive(sent)
        expect([plan, fault]).toEqual([
          isDeclared ? { size: CHUNK_SIZE, length } : { size: CHUNK_SIZE },
          undefined,
        ])
        expect(body.equals(plain)).toBe(true)
        expect(sent.declared).toBe(length === undefined ? undefined : framedLength(length, CHUNK_SIZE, 32))
        if (length !== undefined) expect(sent.wire.length).toBe(sent.declared)
      }),
      { numRuns: 60 },
    )
  })

  test.each([0, 1, 10, 11, 65_536])('a body of %d declared bytes is held and digested', async (length) => {
    for (const digest_body of [0, 10]) {
      const body = streamOf(length === 0 ? [] : [new Uint8Array(length)])
      const { sent } = await send({ body, length, route: { ...ALL, digest_body } })
      expect([sent.message.contentDigest, sent.message.body]).toEqual([
        expect.stringMatching(/^sha-256=/),
        undefined,
      ])
    }
  })

  it('a body that breaks off has no last chunk', async () => {
    for (const length of [undefined, 200_000]) {
      const body = streamOf([new Uint8Array(CHUNK_SIZE), new Uint8Array(1000)], 'fails')
      const { forwarded, sent } = await send({ body, length })
      expect(forwarded.failure).toMatchObject({ rule: 'forward.client-left', status: 499 })
      expect(receive(sent)).toMatchObject({ fault: 'body-lost', body: Buffer.alloc(CHUNK_SIZE) })
    }
  })

  it('a body is read as it is sent on, a chunk at a time', async () => {
    let given = 0
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += 16_384
          controller.enqueue(new Uint8Array(16_384))
        },
      },
      { highWaterMark: 0 },
    )
    await send({
      body: endless,
      async read(body) {
        const reader = body.getReader()
        for (let chunk = 0; chunk <= 5; chunk++) {
          expect(given).toBe(chunk * CHUNK_SIZE)
          await reader.read()
        }
        await reader.cancel()
      },
    })
    expect(given).toBe(6 * CHUNK_SIZE)
  })

  it('a body over the cap of the route is given up, and the client told', async () => {
    const { forwarded } = await send({
      body: streamOf([new Uint8Array(80_000), new Uint8Array(80_000)]),
      route: { ...ALL, max_body: 100_000 },
    })
    expect(forwarded.failure).toMatchObject({ rule: 'hygiene.body-too-large', status: 413 })
  })
})

test('on a route that does not, bodies go as they come', async () => {
  for (const length of [undefined, 200_000]) {
    const plain = Buffer.alloc(200_000, 3)
    const { sent } = await send({ body: streamOf([plain]), length, route: {} })
    expect([sent.message.contentDigest, sent.message.body]).toEqual([undefined, undefined])
    expect(sent.headers.has('sallyport-body')).toBe(false)
    expect(sent.wire.equals(plain)).toBe(true)
  }
})

test('where all are signed, that nothing is there is signed even without digests', async () => {
  const incoming: Incoming = { body: null, arrayBuffer: async () => new ArrayBuffer() }
  const messages: SignedMessage[] = []
  const signer: ForwardPorts['signer'] = {
    sign(message, freshness) {
      messages.push(message)
      return SIGNER.sign(message, freshness)
    },
  }
  for (const method of ['POST', 'GET']) {
    const vetted = createVetted({ facts: { method }, route: { digest_body: 0, sign_body: 'all' } })
    await forward(incoming, vetted, {
      fetch: async () => new Response('ok'),
      sha256: async () => new ArrayBuffer(32),
      signer,
      mac,
      freshness: () => ({ created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
      now: () => 0,
      timer: () => () => undefined,
      fixedLength: () => new TransformStream(),
    })
  }
  const empty = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'
  expect(messages.map(({ contentDigest }) => contentDigest)).toEqual([empty, undefined])
})
