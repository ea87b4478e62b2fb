import { createAdaptorServer } from '@hono/node-server'
import { expect, test } from 'vitest'
import { guardFetch } from '../../src/origin/fetch.ts'
import type { Admitted } from '../../src/origin/outcome.ts'
import { serializeClient } from '../../src/signature/fields.ts'
import { type Seen, testOriginAdapter } from '../contract/origin-adapter.ts'
import { CLIENT } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { closeServer, listen } from './apps.ts'
import { digestOf, sendFromEdge } from './edge.ts'

const keys = { keys: [HMAC_KEY] }
const now = (): number => Math.floor(Date.now() / 1000)

async function answer(request: Request, admitted: Admitted): Promise<Response> {
  const url = new URL(request.url)
  const { headers } = request
  const seen: Seen = {
    url: url.pathname + url.search,
    ip: admitted.signed ? headers.get('x-real-ip') : null,
    host: url.host,
    protocol: url.protocol.slice(0, -1),
    headers: { ...Object.fromEntries(headers), host: headers.get('host') ?? url.host },
    raw: [...headers],
    signed: admitted.signed,
    route: admitted.signed ? admitted.verdict.route : null,
    body: await request.text(),
  }
  return Response.json(seen)
}

// Another library's bridge from Node to `fetch`, as a stand-in for runtimes that have nothing else.
testOriginAdapter({
  name: 'a plain fetch handler',
  repairs: {
    'the path with a dot segment': 'a URL has none (WHATWG): the application gets the path that was signed',
    'a fragment': 'is no part of what a server gets from its runtime',
    'absolute form': 'the runtime takes the target out of it',
    'absolute form, other host':
      'the host of the URL is not looked at: Host is, and the public one is signed',
    '/a/../healthz': 'is /healthz for the application as well',
  },
  async start(options) {
    const guarded = guardFetch(answer, options)
    const server = createAdaptorServer({ fetch: (request) => guarded(request), overrideGlobalObjects: false })
    if (!('closeAllConnections' in server)) throw new Error('expected an HTTP/1.1 server')
    return { port: await listen(server), close: () => closeServer(server) }
  },
})

/** The request as a runtime would hand it over. */
async function request(message = {}, body?: string): Promise<Request> {
  const received = await sendFromEdge({
    created: now(),
    message: { ...message, ...(body === undefined ? {} : { contentDigest: digestOf(body) }) },
  })
  const headers = new Headers()
  for (let i = 0; i < received.fields.length; i += 2)
    headers.append(received.fields[i] ?? '', received.fields[i + 1] ?? '')
  const init = { method: received.method, headers, ...(body === undefined ? {} : { body }) }
  return new Request(`http://origin.example${received.target}`, init)
}

test('what a runtime hands over besides the request is handed on', async () => {
  const guarded = guardFetch(
    (_request, admitted, env: { readonly name: string }, count: number) =>
      new Response(`${admitted.signed ? admitted.client.ip : ''} ${env.name} ${count}`),
    { keys },
  )
  const response = await guarded(await request(), { name: 'production' }, 2)
  expect(await response.text()).toBe(`${CLIENT.ip} production 2`)
})

test.each(['shop.1', '1.2.3.4.5', '256.256.256.256'])(
  'a public host that no URL can have does not fail: %s',
  async (host) => {
    const guarded = guardFetch(
      (inner, admitted) => Response.json([inner.url, inner.headers.get('host'), admitted]),
      {
        keys,
      },
    )
    const client = serializeClient({ ...CLIENT, host }) ?? ''
    const response = await guarded(await request({ client }))
    expect(await response.json()).toMatchObject([
      'http://origin.example/a/b?c=d&e',
      host,
      { client: { host } },
    ])
  },
)

test('a covered body is compared, and can be read again', async () => {
  const guarded = guardFetch(async (inner) => new Response(await inner.text()), { keys })
  const good = await guarded(await request({ method: 'POST' }, 'a=1'))
  expect(await good.text()).toBe('a=1')
  const message = { method: 'POST', contentDigest: digestOf('a=1') }
  const received = await sendFromEdge({ created: now(), message })
  const headers = new Headers(
    Array.from({ length: received.fields.length / 2 }, (_, i): [string, string] => [
      received.fields[i * 2] ?? '',
      received.fields[i * 2 + 1] ?? '',
    ]),
  )
  const changed = new Request('http://origin.example/a/b?c=d&e', { method: 'POST', headers, body: 'a=2' })
  expect((await guarded(changed)).status).toBe(403)
})

test('a covered body beyond the bound is not read to its end', async () => {
  let pulled = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(1000))
    },
  })
  const guarded = guardFetch(() => new Response('in'), { keys, maxDigestBody: 5000 })
  const signed = await request({ method: 'POST' }, 'x')
  const init = { method: 'POST', headers: signed.headers, body: endless, duplex: 'half' } as const
  const response = await guarded(new Request(signed.url, init))
  expect(response.status).toBe(403)
  expect(pulled).toBeLessThan(20)
})

test('without a signature nobody gets in, and HEAD is answered without content', async () => {
  const guarded = guardFetch(() => new Response('in'), { keys })
  const headers = { host: 'origin.example' }
  expect((await guarded(new Request('http://origin.example/', { headers }))).status).toBe(401)
  const head = await guarded(new Request('http://origin.example/', { headers, method: 'HEAD' }))
  expect([head.status, await head.text()]).toEqual([401, ''])
})
