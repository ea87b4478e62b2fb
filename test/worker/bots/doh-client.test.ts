import { describe, expect, test } from 'vitest'
import { createDohClient } from '../../../src/worker/bots/doh-client.ts'

const RESOLVER = 'https://resolver.example/dns-query?ct=1'
const ANSWER = { Status: 0, TC: false, Answer: [{ name: 'a.example', type: 1, TTL: 60, data: '5.9.0.1' }] }

describe('a resolver over HTTPS', () => {
  test('is asked in JSON by name and type', async () => {
    const asked: { url: string; accept: string | null; redirect: string | undefined }[] = []
    const ask = createDohClient(RESOLVER, async (url, { headers, redirect }) => {
      asked.push({ url, accept: new Headers(headers).get('accept'), redirect })
      return Response.json(ANSWER)
    })
    expect(await ask('a.example', 'A')).toEqual({ kind: 'found', data: ['5.9.0.1'] })
    expect(asked).toEqual([
      {
        url: 'https://resolver.example/dns-query?ct=1&name=a.example&type=A',
        accept: 'application/dns-json',
        redirect: 'manual',
      },
    ])
  })

  test.each([
    ['rejects', () => Promise.reject(new TypeError('down'))],
    ['answers 500', async () => new Response('', { status: 500 })],
    ['leads elsewhere', async () => Response.redirect('https://other.example/')],
    ['says too much', async () => new Response(`${JSON.stringify(ANSWER)}${' '.repeat(20_000)}`)],
    [
      'stalls',
      (_: string, { signal }: RequestInit) =>
        new Promise<never>((_resolve, reject) => {
          // The time is up at once: what the runtime would do after two seconds.
          reject(Object.assign(new Error('late'), { name: 'TimeoutError', signal }))
        }),
    ],
  ])('that %s is unreachable', async (_, fetch) => {
    const ask = createDohClient(RESOLVER, fetch)
    expect(await ask('a.example', 'A')).toEqual({ kind: 'failed', why: 'unreachable' })
  })

  test('gives two seconds', async () => {
    let signal: AbortSignal | null | undefined
    const ask = createDohClient(RESOLVER, async (_, init) => {
      signal = init.signal
      return Response.json(ANSWER)
    })
    await ask('a.example', 'A')
    expect(signal).toBeInstanceOf(AbortSignal)
  })

  test('that answers with no JSON is not understood', async () => {
    const ask = createDohClient(RESOLVER, async () => new Response('<html>'))
    expect(await ask('a.example', 'A')).toEqual({ kind: 'failed', why: 'malformed' })
  })

  test.each(['', 'no url', 'http://resolver.example/dns-query'])('is not asked at %j', async (resolver) => {
    const ask = createDohClient(resolver, () => expect.unreachable())
    expect(await ask('a.example', 'A')).toEqual({ kind: 'failed', why: 'unreachable' })
  })
})
