import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { WatchedKeys } from '../../src/origin/key-source.ts'
import { followKeyUrl, type KeyUrlOptions } from '../../src/origin/key-url.ts'
import type { Key } from '../../src/signature/keys.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { portOf } from './apps.ts'

const { d: _, ...PUBLIC } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : expect.fail('not a pair')
const OTHER = { ...PUBLIC, kid: 'k-other' }
const textOf = (...keys: Key[]): string => JSON.stringify({ keys })
const idsOf = (keys: WatchedKeys): string[] => keys.keys.keys.map((key) => key.kid)

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server whose answer can be changed. */
async function serve(answer: Answer): Promise<{ url: string; say(next: Answer): void }> {
  let current = answer
  const server = createServer((request, response) => current(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => server.close() }, { close: () => server.closeAllConnections() })
  return {
    url: `http://127.0.0.1:${portOf(server)}/keys?token=hidden`,
    say(next) {
      current = next
    },
  }
}

const say =
  (text: string, headers: Record<string, string> = {}, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end(text)
  }

async function follow(url: string, options: KeyUrlOptions = {}): Promise<WatchedKeys> {
  const keys = await followKeyUrl(url, { everyMs: 600_000, ...options })
  open.push(keys)
  return keys
}

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => expect.fail('it was accepted'),
    (error: Error) => error.message,
  )

describe('followKeyUrl', () => {
  test('takes a new set: added, and revoked', async () => {
    const { url, say: answer } = await serve(say(textOf(PUBLIC)))
    const told: (readonly string[])[] = []
    const keys = await follow(url, { onChange: (ids) => told.push(ids) })
    answer(say(textOf(PUBLIC, OTHER)))
    await keys.reload()
    expect(idsOf(keys)).toEqual([PUBLIC.kid, OTHER.kid])
    answer(say(textOf(OTHER)))
    await keys.reload()
    expect(idsOf(keys)).toEqual([OTHER.kid])
    expect(told).toEqual([[PUBLIC.kid, OTHER.kid], [OTHER.kid]])
  })

  test('asks by itself, once a second unless told otherwise', async () => {
    const { url, say: answer } = await serve(say(textOf(PUBLIC)))
    await new Promise<void>((resolve, reject) => {
      void followKeyUrl(url, { onChange: () => resolve(), onError: reject }).then((keys) => {
        open.push(keys)
        answer(say(textOf(OTHER)))
      })
    })
  })

  test('asks with the tag of the last answer and takes 304 for no change', async () => {
    const tags: (string | undefined)[] = []
    const errors: Error[] = []
    const { url } = await serve((request, response) => {
      tags.push(request.headers['if-none-match'])
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end()
      else response.writeHead(200, { etag: '"1"' }).end(textOf(PUBLIC))
    })
    const keys = await follow(url, { onError: (error) => errors.push(error) })
    await keys.reload()
    await keys.reload()
    expect(tags).toEqual([undefined, '"1"', '"1"'])
    expect([idsOf(keys), errors]).toEqual([[PUBLIC.kid], []])
  })

  test.each<[string, Answer, string]>([
    ['a secret', say(textOf(HMAC_KEY)), 'is a secret'],
    ['a private half', say(textOf(ED25519_KEY)), 'private half'],
    ['one secret among public keys', say(textOf(PUBLIC, HMAC_KEY)), 'keys[1]'],
    ['no keys', say('{"keys":[]}'), 'no keys'],
    ['a page', say('<!doctype html>'), 'not JSON'],
    ['an error', say('{}', {}, 503), 'answered 503'],
    ['304 to a question without a tag', say('', {}, 304), 'answered 304'],
    ['another place', say('', { location: 'http://127.0.0.1:1/' }, 302), 'redirect'],
    ['far too much', say(' '.repeat(200_000)), 'longer than'],
    ['no end', (_request, response) => void response.writeHead(200).write('{"keys":['), 'imeout'],
    ['nothing at all', () => undefined, 'imeout'],
    ['a broken connection', (request) => request.socket.destroy(), 'closed'],
  ])('begins with no answer that is %s, and keeps the last good set', async (_what, bad, message) => {
    const { url, say: answer } = await serve(bad)
    const error = await messageOf(followKeyUrl(url, { timeoutMs: 200 }))
    expect(error).toContain(message)
    expect(error).not.toMatch(/hidden|MDEyMzQ1|nWGxne/)
    answer(say(textOf(PUBLIC)))
    const errors: string[] = []
    const keys = await follow(url, { timeoutMs: 200, onError: (reason) => errors.push(reason.message) })
    answer(bad)
    await keys.reload()
    await keys.reload()
    expect(idsOf(keys)).toEqual([PUBLIC.kid])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain(message)
  })

  test('keeps no set longer than maxStaleMs without a good answer, and takes the next one', async () => {
    const { url, say: answer } = await serve(say(textOf(PUBLIC), { etag: '"1"' }))
    let now = 0
    const errors: string[] = []
    const keys = await follow(url, {
      now: () => now,
      maxStaleMs: 5000,
      onError: (error) => errors.push(error.message),
    })
    answer(say('', {}, 500))
    now = 5000
    await keys.reload()
    expect(idsOf(keys)).toEqual([PUBLIC.kid])
    now = 5001
    await keys.reload()
    expect(idsOf(keys)).toEqual([])
    expect(errors.map((text) => text.includes('too old'))).toEqual([false, true])
    answer((request, response) => {
      if (request.headers['if-none-match'] !== undefined) response.writeHead(304).end()
      else response.end(textOf(PUBLIC))
    })
    await keys.reload()
    expect(idsOf(keys)).toEqual([PUBLIC.kid])
  })

  test('a good answer that says "no change" keeps the set young', async () => {
    const { url } = await serve((request, response) => {
      if (request.headers['if-none-match'] === undefined)
        response.setHeader('etag', '"1"').end(textOf(PUBLIC))
      else response.writeHead(304).end()
    })
    let now = 0
    const keys = await follow(url, { now: () => now, maxStaleMs: 5000 })
    for (now = 4000; now < 20_000; now += 4000) await keys.reload()
    expect(idsOf(keys)).toEqual([PUBLIC.kid])
  })

  test('gives up a fetch that heeds no signal', async () => {
    const stuck = (): Promise<Response> => new Promise(() => undefined)
    expect(await messageOf(followKeyUrl('https://keys.example', { timeoutMs: 50, fetch: stuck }))).toContain(
      'no answer within 100 ms',
    )
  })

  test.each([
    ['keys.example', {}],
    ['ftp://keys.example', {}],
    ['http://keys.example', {}],
    ['http://127.evil.example', {}],
    ['https://user:secret@keys.example', {}],
    ['https://keys.example', { everyMs: 49 }],
    ['https://keys.example', { timeoutMs: Number.NaN }],
    ['https://keys.example', { maxStaleMs: Number.POSITIVE_INFINITY }],
  ])('refuses %s with %o before it asks', async (url, options) => {
    const fetch = (): never => expect.fail('it asked')
    const error = await messageOf(followKeyUrl(url, { ...options, fetch }))
    expect(error).toMatch(/https:\/\/|password|must be from/)
    expect(error).not.toContain('secret')
  })

  test('takes plain HTTP from other machines only when told to', async () => {
    const fetch = async (): Promise<Response> => new Response(textOf(PUBLIC))
    const keys = await follow('http://keys.example', { fetch, allowPlainHttp: true })
    expect(idsOf(keys)).toEqual([PUBLIC.kid])
  })
})
