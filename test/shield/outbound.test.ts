import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type BodyCover, buildOutbound, originPath } from '../../src/shield/outbound.ts'
import type { SignedMessage } from '../../src/signature/base.ts'
import { parseClient, parseVerdict } from '../../src/signature/fields.ts'
import { createTokenSigner, type TokenSigner } from '../../src/signature/jws.ts'
import { verifyToken } from '../../src/signature/jws-verify.ts'
import { createSigner, type Signer } from '../../src/signature/sign.ts'
import { acceptSigned, readSigned } from '../../src/signature/verify.ts'
import { createRoute, createVetted, REQUEST_ID, type VettedChange } from './fixtures.ts'

const FRESHNESS = { created: 1_795_000_000, nonce: 'AAECAwQFBgcICQoLDA0ODw' }
const HMAC = createSigner({ keyid: 'k1', mac: () => new ArrayBuffer(32), ttl: 30 })

async function build(change: VettedChange = {}, cover: BodyCover = {}, tokens?: TokenSigner) {
  const messages: SignedMessage[] = []
  const signer: Signer = {
    sign(message, freshness) {
      messages.push(message)
      return HMAC.sign(message, freshness)
    },
  }
  const outbound = await buildOutbound(createVetted(change), { signer, tokens }, FRESHNESS, cover)
  const headers: Record<string, string> = Object.fromEntries(outbound.headers)
  return { url: outbound.url, headers, message: messages[0] }
}

/** Reads what was built as the verifier at the origin does; the signature itself is not the matter here. */
async function receive(change: VettedChange, cover?: BodyCover) {
  const { url, headers, message } = await build(change, cover)
  const { host, pathname, search } = new URL(url)
  const fields = Object.entries({ host, ...headers }).flat()
  const read = readSigned(
    { method: createVetted(change).facts.method, target: pathname + search, fields },
    { findKey: () => ({ alg: 'hmac-sha256' as const }), now: FRESHNESS.created, skew: 0, maxTtl: 60 },
  )
  if (!read.ok) throw new Error(read.failure)
  return { read, accepted: acceptSigned(read), message }
}

test('what is signed is what is sent', async () => {
  const { url, headers, message } = await build({
    facts: { method: 'POST', target: '/%61//b?c=%27', client: { country: 'NO', asn: 64496, colo: 'OSL' } },
    logged: ['access.x'],
  })
  expect(url).toBe('http://origin.example:8080/a/b?c=%27')
  expect(message).toEqual({
    method: 'POST',
    authority: 'origin.example:8080',
    path: '/a/b',
    query: '?c=%27',
    client: headers['sallyport-client'],
    verdict: headers['sallyport-verdict'],
    requestId: headers['sallyport-request-id'],
    contentDigest: undefined,
  })
  expect(parseClient(headers['sallyport-client'] ?? '')).toEqual({
    ip: '192.0.2.1',
    host: 'app.example',
    scheme: 'https',
    country: 'NO',
    asn: 64496,
    colo: 'OSL',
  })
  expect(parseVerdict(headers['sallyport-verdict'] ?? '')).toEqual({
    action: 'pass',
    policy: '0123456789abcdef',
    route: 'site',
    log: ['access.x'],
  })
  const signed = await HMAC.sign(message as SignedMessage, FRESHNESS)
  expect([headers['signature-input'], headers.signature]).toEqual([signed.signatureInput, signed.signature])
})

test('who the bot is travels in the verdict', async () => {
  const bot = 'verified likely-human 0 - ExampleBot'
  const { headers } = await build({ bot })
  expect(headers['sallyport-verdict']).toBe(
    `action=pass, policy="0123456789abcdef", route="site", bot="${bot}"`,
  )
})

test('a request without query is signed with a question mark alone, and sent without (RFC 9421, 2.2.7)', async () => {
  const { url, message } = await build({ facts: { target: '/a?' } })
  expect([url, message?.query]).toEqual(['http://origin.example:8080/a', '?'])
})

test('the verifier reads the same message from what is sent, for all targets, hosts and clients', async () => {
  const target = fc
    .webPath()
    .chain((path) =>
      fc.option(fc.webQueryParameters()).map((query) => `${path || '/'}${query === null ? '' : `?${query}`}`),
    )
  const change = fc.record({
    target: target.filter((text) => !/\/\.\.?(?:\/|;|$|\?)/.test(text)),
    host: fc.oneof(fc.domain(), fc.constant('[2001:db8::1]:8443'), fc.constant('a_b.example')),
    address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('unknown')),
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'QUERY'),
    client: fc.record({ tls: fc.string(), country: fc.string(), asn: fc.nat() }, { requiredKeys: [] }),
  })
  const digest = `sha-256=:${'A'.repeat(43)}=:`
  await fc.assert(
    fc.asyncProperty(change, fc.boolean(), async (facts, covered) => {
      const { read, accepted, message } = await receive({ facts }, covered ? { contentDigest: digest } : {})
      const { client, verdict, requestId, contentDigest } = read.message
      expect({ client, verdict, requestId, contentDigest }).toEqual({
        client: message?.client,
        verdict: message?.verdict,
        requestId: `"${REQUEST_ID}"`,
        contentDigest: covered ? digest : undefined,
      })
      expect(read.base).toContain(`"@path": ${message?.path}\n"@query": ${message?.query}\n`)
      expect(accepted.ok).toBe(true)
    }),
  )
})

describe('header fields', () => {
  it('of the client go on, but none that another hop would believe', async () => {
    const { headers } = await build({
      facts: {
        headers: [
          ['Accept', '*/*'],
          ['Cookie', 'a=1'],
          ['X-Forwarded-For', '203.0.113.9'],
          ['Sallyport-Client', 'forged'],
          ['Signature', 'forged'],
          ['Host', 'app.example'],
          ['Connection', 'x-hop'],
          ['X-Hop', '1'],
          ['x_real_ip', '203.0.113.9'],
        ],
      },
    })
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'cookie',
      'sallyport-client',
      'sallyport-request-id',
      'sallyport-verdict',
      'signature',
      'signature-input',
    ])
    expect(JSON.stringify(headers)).not.toMatch(/forged|203\.0\.113\.9/)
  })

  it('are edited by the route, in the order remove, set, add', async () => {
    const { headers } = await build({
      facts: {
        headers: [
          ['x-a', '1'],
          ['x-b', '2'],
          ['x-c', '3'],
        ],
      },
      route: {
        request_headers: { remove: ['x-a'], set: [['x-b', 'new']], add: [['x-c', '4']] },
      },
    })
    expect(headers).toMatchObject({ 'x-b': 'new', 'x-c': '3, 4' })
    expect(headers).not.toHaveProperty('x-a')
  })

  it('of ours cannot be edited, whatever the policy says', async () => {
    const names = [
      ...['sallyport-client', 'sallyport-verdict', 'sallyport-request-id', 'sallyport-jwt'],
      ...['signature', 'signature-input', 'content-digest'],
    ]
    const digest = `sha-256=:${'A'.repeat(43)}=:`
    const tokens = createTokenSigner({
      keyid: 'k1',
      alg: 'hmac-sha256',
      mac: () => new ArrayBuffer(32),
      ttl: 30,
    })
    const plain = await build({}, { contentDigest: digest }, tokens)
    const edit = names.map((name) => [name, 'forged'] as const)
    for (const request_headers of [
      { set: edit, add: [], remove: [] },
      { set: [], add: edit, remove: [] },
      { set: [], add: [], remove: names },
    ]) {
      const { headers } = await build({ route: { request_headers } }, { contentDigest: digest }, tokens)
      expect(headers).toEqual(plain.headers)
    }
  })

  it('cover the body with its digest, in place of one that the client sent', async () => {
    const digest = `sha-256=:${'A'.repeat(43)}=:`
    const { headers, message } = await build(
      { facts: { headers: [['content-digest', 'sha-256=:x=:']] } },
      { contentDigest: digest },
    )
    expect([headers['content-digest'], message?.contentDigest]).toEqual([digest, digest])
    expect(headers['signature-input']).toContain('"content-digest"')
  })

  it('announce chunks of the body, in place of what the client sent', async () => {
    const body = 'chunks;size=65536'
    const { headers, message } = await build(
      { facts: { headers: [['sallyport-body', 'chunks;size=1']] } },
      { body },
    )
    expect([headers['sallyport-body'], message?.body]).toEqual([body, body])
    expect(headers['signature-input']).toContain('"sallyport-body")')
  })

  it('carry a token where one is wanted, that says what the signed fields say', async () => {
    const tokens = createTokenSigner({
      keyid: 'k1',
      alg: 'hmac-sha256',
      mac: () => new ArrayBuffer(32),
      ttl: 30,
    })
    const change: VettedChange = {
      facts: {
        method: 'POST',
        target: '/a//b?c',
        headers: [['sallyport-jwt', 'forged']],
        client: { country: 'NO', tls: 'not "sayable"' },
      },
      logged: ['access.x'],
    }
    expect((await build(change)).headers).not.toHaveProperty('sallyport-jwt')
    const { headers, url } = await build(change, {}, tokens)
    const result = await verifyToken(headers['sallyport-jwt'] ?? '', {
      findKey: () => ({ alg: 'hmac-sha256', verify: () => true }),
      now: FRESHNESS.created,
      skew: 0,
      maxTtl: 30,
    })
    expect(url).toBe('http://origin.example:8080/a/b?c')
    expect(result).toEqual({
      ok: true,
      keyid: 'k1',
      claims: {
        iss: 'sallyport',
        aud: 'origin.example:8080',
        iat: FRESHNESS.created,
        exp: FRESHNESS.created + 30,
        jti: FRESHNESS.nonce,
        htm: 'POST',
        htp: '/a/b',
        htq: '?c',
        ip: '192.0.2.1',
        host: 'app.example',
        scheme: 'https',
        country: 'NO',
        policy: '0123456789abcdef',
        route: 'site',
        rid: REQUEST_ID,
        log: ['access.x'],
      },
    })
    const bare = await build({ facts: { target: '/a?' } }, {}, tokens)
    const claims = Buffer.from(bare.headers['sallyport-jwt']?.split('.')[1] ?? '', 'base64url')
    expect(JSON.parse(String(claims))).toMatchObject({ htp: '/a', htq: '' })
  })

  it('ask for a WebSocket when the client does, and for no other protocol', async () => {
    const upgrade = async (value: string) =>
      (
        await build({
          facts: {
            headers: [
              ['upgrade', value],
              ['connection', 'upgrade'],
            ],
          },
        })
      ).headers.upgrade
    expect([await upgrade('WebSocket'), await upgrade('h2c'), await upgrade('websocket, h2c')]).toEqual([
      'websocket',
      undefined,
      undefined,
    ])
  })
})

describe('the path the origin sees', () => {
  it.each([
    ['/api', undefined, '/api/a', '/api/a'],
    ['/api', '/', '/api/a', '/a'],
    ['/api', '/', '/api', '/'],
    ['/api', '/v1', '/api', '/v1'],
    ['/api', '/v1/', '/api/a/', '/v1/a/'],
    ['/api/', '/v1', '/api/a', '/v1/a'],
    ['/', '/v1', '/a', '/v1/a'],
    ['/', '/v1', '/', '/v1/'],
  ])('of the prefix %s replaced by %s: %s is %s', (value, replace_prefix, path, seen) => {
    const action = {
      kind: 'forward',
      origin: 'http://o.example',
      timeout_ms: 0,
      ...(replace_prefix === undefined ? {} : { replace_prefix }),
    } as const
    expect(originPath(path, createRoute({ path: { kind: 'prefix', value } }), action)).toBe(seen)
  })

  it('is signed as it is sent', async () => {
    const { url, message } = await build({
      facts: { target: '/api/a%2Fb?c' },
      route: { path: { kind: 'prefix', value: '/api' } },
      action: { replace_prefix: '/v1' },
    })
    expect([url, message?.path]).toEqual(['http://origin.example:8080/v1/a%2Fb?c', '/v1/a%2Fb'])
  })
})

test('what cannot be signed is not sent', async () => {
  await expect(build({ facts: { host: '' } })).rejects.toThrow(TypeError)
  await expect(build({ facts: { method: 'GET\n' } })).rejects.toThrow(TypeError)
})
