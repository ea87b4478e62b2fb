import { describe, expect, it } from 'vitest'
import { forward } from '../../src/shield/forward.ts'
import { createSigner } from '../../src/signature/sign.ts'
import { createVetted } from './fixtures.ts'

const signer = createSigner({ keyid: 'k1', mac: () => new ArrayBuffer(32), ttl: 30 })

/** Content of which five bytes come before its client is gone. */
function brokenOff(): ReadableStream<Uint8Array> {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error('connection lost'))
      else controller.enqueue(new Uint8Array(5))
      sent = true
    },
  })
}

function attempt(declared: string | undefined, fetch: (init: RequestInit) => Promise<Response>) {
  const body = brokenOff()
  const headers: [string, string][] = declared === undefined ? [] : [['content-length', declared]]
  return forward(
    { body, arrayBuffer: () => new Response(body).arrayBuffer() },
    createVetted({ facts: { method: 'POST', headers, hasBody: true } }),
    {
      fetch: (_url, init) => fetch(init),
      sha256: async () => new ArrayBuffer(32),
      signer,
      mac: () => new ArrayBuffer(32),
      freshness: () => ({ created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
      timer: () => () => {},
      now: () => 0,
      fixedLength: () => new TransformStream(),
    },
  )
}

describe('content that breaks off', () => {
  it('ends the request to the origin before the stream ends, as the runtime would end it as if whole', async () => {
    let abortedFirst: boolean | undefined
    const { failure } = await attempt(undefined, async ({ body, signal }) => {
      const text = new Response(body as ReadableStream).text()
      await text.catch(() => {
        abortedFirst = signal?.aborted
      })
      throw new Error('the runtime’s own words')
    })
    expect(abortedFirst).toBe(true)
    expect(failure).toMatchObject({ rule: 'forward.client-left', status: 499 })
  })

  it('while it is collected never reaches the origin, and is not blamed on it', async () => {
    const { failure } = await attempt('10', () => Promise.reject(new Error('asked')))
    expect(failure).toMatchObject({ rule: 'forward.client-left', status: 499 })
  })
})

describe('an origin that changes protocols unasked', () => {
  it('has not answered', async () => {
    const { failure } = await attemptPlain({ status: 101 } as Response)
    expect(failure).toMatchObject({ rule: 'forward.bad-status', status: 502 })
  })
})

function attemptPlain(response: Response) {
  return forward({ body: null, arrayBuffer: async () => new ArrayBuffer(0) }, createVetted(), {
    fetch: async () => response,
    sha256: async () => new ArrayBuffer(32),
    signer,
    mac: () => new ArrayBuffer(32),
    freshness: () => ({ created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
    timer: () => () => {},
    now: () => 0,
    fixedLength: () => new TransformStream(),
  })
}
