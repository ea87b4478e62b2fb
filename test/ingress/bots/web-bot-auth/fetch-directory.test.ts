import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type DirectoryOptions,
  type DirectoryResult,
  fetchDirectory,
} from '../../../../src/ingress/bots/web-bot-auth/fetch-directory.ts'
import {
  type Alg,
  CREATED,
  HOST,
  NOW,
  PRIVATE_KEYS,
  PUBLISHED,
  publicJwk,
  type SignedRequest,
  signLines,
} from './signed-request.ts'

const MEDIA_TYPE = 'application/http-message-signatures-directory+json'
const ED25519 = publicJwk(PRIVATE_KEYS.ed25519)
const RSA = publicJwk(PRIVATE_KEYS['rsa-pss-sha512'])
const BOTH = JSON.stringify({ keys: [ED25519, RSA], purpose: 'rag' })

const SAMPLES = new URL('../../../../../shared/exams/bots/', import.meta.url)
if (!existsSync(SAMPLES)) console.log('Web Bot Auth samples: skipped, ../shared/exams/bots is not there')

interface Change {
  readonly label?: string
  readonly parameters?: Readonly<Record<string, string | number>>
  readonly covered?: SignedRequest['covered']
}

/** Both lines of a signature on the answer by one key. */
function bind(alg: Alg, change: Change = {}): ReturnType<typeof signLines> {
  return signLines({
    alg,
    label: change.label ?? alg,
    covered: change.covered ?? [['"@authority";req', 'agent.example']],
    parameters: {
      created: CREATED,
      expires: CREATED + 300,
      keyid: PUBLISHED[alg].keyid,
      tag: 'http-message-signatures-directory',
      ...change.parameters,
    },
    headers: [],
    target: '/',
  })
}

function answer(
  body: string | ReadableStream | null,
  bindings: readonly { readonly input: string; readonly signature: string }[],
  init: ResponseInit = {},
): Response {
  const headers = new Headers({ 'content-type': MEDIA_TYPE, ...init.headers })
  for (const { input, signature } of bindings) {
    headers.append('signature-input', input)
    headers.append('signature', signature)
  }
  return new Response(body, { ...init, headers })
}

const SIGNED = [bind('ed25519'), bind('rsa-pss-sha512')]

function ask(
  response: Response | Error,
  options?: DirectoryOptions,
  host: string = HOST,
): Promise<DirectoryResult> {
  const fetch = (): Promise<Response> =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response)
  return fetchDirectory(host, { fetch, now: () => NOW }, options)
}

describe('a directory', () => {
  test('gives the keys that have signed it, of both kinds', async () => {
    const result = await ask(answer(BOTH, SIGNED))
    expect(result).toEqual({ ok: true, keys: Object.values(PUBLISHED), skipped: 0 })
  })

  test('is asked for at its place, without following redirects, for a limited time', async () => {
    const asked: unknown[] = []
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      asked.push(url, init.redirect, new Headers(init.headers).get('accept'), init.signal?.aborted)
      return answer(BOTH, SIGNED)
    }
    await fetchDirectory(HOST, { fetch, now: () => NOW })
    const url = `${HOST}/.well-known/http-message-signatures-directory`
    expect(asked).toEqual([url, 'manual', MEDIA_TYPE, false])
  })

  test('leaves out keys that have not signed it', async () => {
    const result = await ask(answer(BOTH, [bind('ed25519')]))
    expect(result).toEqual({ ok: true, keys: [PUBLISHED.ed25519], skipped: 1 })
  })

  test('leaves out what is no key for us, and keys past their time', async () => {
    const others = [{ kty: 'EC', crv: 'P-256' }, 7, null, { ...RSA, exp: CREATED }]
    const result = await ask(answer(JSON.stringify({ keys: [...others, ED25519] }), SIGNED))
    expect(result).toEqual({ ok: true, keys: [PUBLISHED.ed25519], skipped: 4 })
  })

  test('keeps a key whose time has not come, with that time', async () => {
    const later = { ...ED25519, nbf: CREATED + 3600 }
    const result = await ask(answer(JSON.stringify({ keys: [later] }), SIGNED))
    expect(result).toMatchObject({ ok: true, keys: [{ nbf: CREATED + 3600 }] })
  })

  test('believes no id', async () => {
    const named = { ...ED25519, kid: PUBLISHED['rsa-pss-sha512'].keyid }
    const result = await ask(answer(JSON.stringify({ keys: [named] }), SIGNED))
    expect(result).toEqual({ ok: true, keys: [PUBLISHED.ed25519], skipped: 0 })
  })

  test('counts a key once', async () => {
    const result = await ask(answer(JSON.stringify({ keys: [ED25519, ED25519] }), SIGNED))
    expect(result).toMatchObject({ keys: [PUBLISHED.ed25519] })
  })

  test('is read in parts', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const part of BOTH.match(/.{1,7}/g) ?? []) controller.enqueue(new TextEncoder().encode(part))
        controller.close()
      },
    })
    expect(await ask(answer(body, SIGNED))).toMatchObject({ ok: true })
  })
})

describe('an answer that nobody has signed', () => {
  test('is refused', async () => {
    expect(await ask(answer(BOTH, []))).toEqual({ ok: false, why: 'the answer is not signed by its keys' })
  })

  test('is taken when the caller says so', async () => {
    const result = await ask(answer(BOTH, []), { signature: 'if-present' })
    expect(result).toMatchObject({ ok: true, skipped: 0 })
  })

  test('is not one that is signed wrongly', async () => {
    const result = await ask(answer(BOTH, [bind('ed25519', { parameters: { expires: CREATED - 61 } })]), {
      signature: 'if-present',
    })
    expect(result).toEqual({ ok: false, why: 'no key has a valid signature on the answer' })
  })
})

describe('a signature on the answer does not count', () => {
  test.each<[string, Change]>([
    ['of another host', { covered: [['"@authority";req', 'evil.example']] }],
    ['over nothing', { covered: [] }],
    ['over other things', { covered: [['"@status"', '200']] }],
    ['that has expired', { parameters: { expires: CREATED - 61 } }],
    ['of yesterday', { parameters: { created: CREATED - 86_500 } }],
    ['of the future', { parameters: { created: CREATED + 100 } }],
    ['by a key that is not in it', { parameters: { keyid: 'A'.repeat(43) } }],
    ['by another of its keys', { parameters: { keyid: PUBLISHED['rsa-pss-sha512'].keyid } }],
  ])('%s', async (_, change) => {
    expect(await ask(answer(BOTH, [bind('ed25519', change)]))).toMatchObject({ ok: false })
  })

  test('with another tag', async () => {
    const wrong = bind('ed25519', { parameters: { tag: 'web-bot-auth' } })
    expect(await ask(answer(BOTH, [wrong]))).toEqual({
      ok: false,
      why: 'the answer is not signed by its keys',
    })
  })

  test('whose label is there twice', async () => {
    const again = bind('ed25519', { label: 'rsa-pss-sha512' })
    expect(await ask(answer(BOTH, [...SIGNED, again]))).toMatchObject({ ok: false })
  })
})

describe('it is refused', () => {
  const keys = (count: number): string =>
    JSON.stringify({ keys: Array.from({ length: count }, () => ED25519) })
  const json = { 'content-type': 'application/json' }
  test.each<[string, Response | Error, string]>([
    ['when it redirects', answer(null, [], { status: 302, headers: { location: '/' } }), 'redirects'],
    ['when it fails', answer(null, [], { status: 503 }), 'answered 503'],
    ['when it is not there', answer('{}', [], { status: 404 }), 'answered 404'],
    ['with another media type', answer(BOTH, SIGNED, { headers: json }), 'media type'],
    ['when it is no JSON', answer('<html>', SIGNED), 'no set of JSON Web Keys'],
    ['when it has no keys', answer('{"keys":{}}', SIGNED), 'no set of JSON Web Keys'],
    ['when it is null', answer('null', SIGNED), 'no set of JSON Web Keys'],
    ['when it is empty', answer('{"keys":[]}', SIGNED), 'no key for'],
    ['without content', answer(null, SIGNED), 'no set of JSON Web Keys'],
    ['with private keys', answer(JSON.stringify({ keys: [PRIVATE_KEYS.ed25519] }), SIGNED), 'no key for'],
    ['with too many keys', answer(keys(33), SIGNED), 'more than 32 keys'],
    ['when it is too long', answer(BOTH + ' '.repeat(65_536), SIGNED), 'longer than 65536 bytes'],
    ['when nobody answers', new TypeError('no route to 10.0.0.1'), 'could not be reached'],
    ['when it is late', new DOMException('late', 'TimeoutError'), 'longer than 5 s'],
  ])('%s', async (_, response, why) => {
    const result = await ask(response)
    expect(result.ok).toBe(false)
    expect(result).toMatchObject({ why: expect.stringContaining(why) })
  })

  test.skipIf(!existsSync(SAMPLES))(
    'when it is a card of an agent, a registry or anything else',
    async () => {
      for (const name of ['registry_v1', 'signature_agent_card_v1', 'signature_agent_v1']) {
        const samples: unknown[] = JSON.parse(
          readFileSync(new URL(`web_bot_auth_${name}.json`, SAMPLES), 'utf8'),
        )
        for (const sample of samples.flatMap((one) => [one, ...Object.values(Object(one))])) {
          expect(await ask(answer(JSON.stringify(sample), SIGNED))).toMatchObject({ ok: false })
        }
      }
    },
  )

  test('when it never ends, as soon as it is too long', async () => {
    let parts = 0
    let isCancelled = false
    const body = new ReadableStream({
      pull(controller) {
        parts++
        controller.enqueue(new Uint8Array(1024))
      },
      cancel() {
        isCancelled = true
      },
    })
    expect(await ask(answer(body, SIGNED))).toMatchObject({ ok: false })
    expect(parts).toBeLessThan(70)
    expect(isCancelled).toBe(true)
  })

  test.each([
    'http://agent.example',
    'agent.example',
    'https://agent.example/',
    'https://agent.example:8443',
    'https://user@agent.example',
    'https://10.0.0.1',
    'https://[::1]',
    'https://localhost',
    'https://a..example',
    'https://agent.example\n.evil.example',
    '',
  ])('without being asked for when %j is no host', async (host) => {
    let asked = 0
    const fetch = async (): Promise<Response> => {
      asked++
      return answer(BOTH, SIGNED)
    }
    expect(await fetchDirectory(host, { fetch, now: () => NOW })).toMatchObject({ ok: false })
    expect(asked).toBe(0)
  })
})
