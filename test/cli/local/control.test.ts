import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POINTER_KEY } from '../../../src/bundle/delivery.ts'
import { type Control, startControl } from '../../../src/cli/local/control.ts'
import { createControlStore } from '../../../src/cli/publish/control-store.ts'
import type { Store } from '../../../src/cli/publish/store.ts'

const TOKEN = 'a-token-of-this-test'
const values = new Map<string, Uint8Array>()
const store: Store = {
  place: 'memory',
  get: async (key) => new Uint8Array(values.get(key) ?? []).buffer,
  put: async (writes) => {
    for (const { key, value } of writes) values.set(key, value)
  },
  list: async () => {
    throw new Error('a secret of the inside')
  },
}
let control: Control

beforeAll(async () => {
  control = await startControl({ store, token: TOKEN })
})
afterAll(() => control.stop())

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** Node's own client: `fetch` lets nobody set Host or Origin. */
function send({ method = 'GET', path = '/store/pointer', headers = {}, body }: Sent) {
  const { port } = new URL(control.url)
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const authorization = `Bearer ${TOKEN}`

describe('the control door', () => {
  test('listens on loopback only', () => {
    expect(new URL(control.url).hostname).toBe('127.0.0.1')
  })

  test('takes the owner in', async () => {
    expect((await send({ headers: { authorization } })).status).toBe(200)
  })

  test.each([
    ['none', {}],
    ['a wrong one', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('refuses without the token: %s', async (_name, headers) => {
    const { status, body } = await send({ headers })
    expect(status).toBe(401)
    expect(body).not.toContain(TOKEN)
  })

  test.each(['evil.example', 'evil.example:8787', '127.0.0.1.evil.example', '127.0.0.1:1@evil.example'])(
    'refuses a page that came by the name %j, token or not',
    async (host) => {
      expect((await send({ headers: { authorization, host } })).status).toBe(403)
    },
  )

  test('refuses what a page of another origin started', async () => {
    const headers = { authorization, origin: 'http://127.0.0.1:8787' }
    expect((await send({ headers })).status).toBe(403)
  })

  test.each([
    '/store/other',
    '/store/pointer/x',
    '/store/../store/secrets',
    '/store/blob/ABC',
    '/store?prefix=',
    '/store',
    '/',
    '//',
  ])('knows no key %s', async (path) => {
    expect((await send({ path, headers: { authorization } })).status).toBe(400)
  })

  test('deletes nothing', async () => {
    expect((await send({ method: 'DELETE', headers: { authorization } })).status).toBe(405)
  })

  test.each([
    'not base64url JSON',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('{"a":{}}').toString('base64url'),
    Buffer.from(JSON.stringify({ a: 'x'.repeat(1024) })).toString('base64url'),
  ])('refuses metadata that KV would not take', async (metadata) => {
    const headers = { authorization, 'sallyport-metadata': metadata }
    const { status } = await send({ method: 'PUT', headers, body: Buffer.from('x') })
    expect(status).toBe(400)
  })

  test('refuses a value over 25 MiB and keeps what was there', async () => {
    values.set(POINTER_KEY, Buffer.from('kept'))
    const value = new Uint8Array(25 * 1024 * 1024 + 1)
    const client = createControlStore({ url: control.url, token: TOKEN, place: 'the edge' })
    await expect(client.put([{ key: POINTER_KEY, value }])).rejects.toThrow()
    expect(Buffer.from(values.get(POINTER_KEY) ?? []).toString()).toBe('kept')
  })

  test('says nothing of what went wrong inside', async () => {
    const { status, body } = await send({ path: '/store?prefix=history/', headers: { authorization } })
    expect(status).toBe(500)
    expect(body).not.toContain('secret')
  })

  test('is missed with words that help', async () => {
    const gone = await startControl({ store, token: TOKEN })
    await gone.stop()
    const client = createControlStore({ url: gone.url, token: TOKEN, place: 'the edge' })
    await expect(client.get(POINTER_KEY)).rejects.toThrow(/npm start/)
  })
})
