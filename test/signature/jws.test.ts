import fc from 'fast-check'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it, test } from 'vitest'
import { createTokenSigner, formatTokenClaims, type TokenClaims } from '../../src/signature/jws.ts'
import {
  type TokenFailure,
  type TokenKey,
  type TokenOptions,
  verifyToken,
} from '../../src/signature/jws-verify.ts'
import type { Key } from '../../src/signature/keys.ts'
import { importSigningKey, importVerifyingKey } from '../../src/signature/webcrypto.ts'
import { CLIENT, clients, NONCE, NOW, nonces, REQUEST_ID, VERDICT, verdicts } from './fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from './keys-fixture.ts'

const MESSAGE = {
  method: 'POST',
  authority: 'origin.example:8443',
  path: '/a/b%20c',
  query: '?d=e',
  client: CLIENT,
  verdict: VERDICT,
  requestId: REQUEST_ID,
}
const KEYS = [HMAC_KEY, ED25519_KEY]
const VERIFYING = new Map<string, TokenKey>(
  await Promise.all(KEYS.map(async (key) => [key.kid, await importVerifyingKey(key)] as const)),
)
const OPTIONS: TokenOptions = {
  findKey: (keyid) => VERIFYING.get(keyid),
  now: NOW,
  skew: 5,
  maxTtl: 60,
  authorities: new Set([MESSAGE.authority]),
}

async function make(key: Key = HMAC_KEY, message = MESSAGE, created = NOW, nonce = NONCE): Promise<string> {
  const signer = createTokenSigner({ ...(await importSigningKey(key)), ttl: 30 })
  return signer.sign(message, { created, nonce })
}

async function failureOf(token: string, options: Partial<TokenOptions> = {}): Promise<TokenFailure | 'ok'> {
  const result = await verifyToken(token, { ...OPTIONS, ...options })
  return result.ok ? 'ok' : result.failure
}

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const decode = (part: string | undefined): string => Buffer.from(part ?? '', 'base64url').toString()

/** A token with any header and claims, signed by the key. */
async function forge(header: string, claims: string, key: Key = HMAC_KEY): Promise<string> {
  const { mac } = await importSigningKey(key)
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${Buffer.from(await mac(Buffer.from(input))).toString('base64url')}`
}

const [HEAD, BODY] = (await make()).split('.').map(decode)
const CLAIMS: TokenClaims = JSON.parse(BODY ?? '')

describe('a token', () => {
  it('says what was signed, in claims of fixed names and order', () => {
    expect(HEAD).toBe('{"alg":"HS256","kid":"k-20261122-hmac","typ":"JWT"}')
    expect(BODY).toBe(
      `{"iss":"sallyport","aud":"origin.example:8443","iat":${NOW},"exp":${NOW + 30},"jti":"${NONCE}",` +
        '"htm":"POST","htp":"/a/b%20c","htq":"?d=e","ip":"203.0.113.77","host":"shop.example","scheme":"https",' +
        '"port":50123,"country":"NO","asn":64496,"colo":"OSL","tls":"TLSv1.3","protocol":"HTTP/2",' +
        `"policy":"0123456789abcdef","route":"shop","rid":"${REQUEST_ID}","log":["access.x","limits.y"]}`,
    )
  })

  it.each(KEYS)('is read as it was written, whatever the facts ($alg)', async (key) => {
    const text = fc.string({ unit: fc.constantFrom(...'abz019-._~!$&()*+,;=:@/%'), maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(clients, verdicts, text, text, nonces, async (client, verdict, path, query, nonce) => {
        const message = { ...MESSAGE, client, verdict, path: `/${path}`, query: query && `?${query}` }
        const result = await verifyToken(await make(key, message, NOW, nonce), OPTIONS)
        const { log, policy, route, bot } = verdict
        expect(result).toEqual({
          ok: true,
          keyid: key.kid,
          claims: {
            iss: 'sallyport',
            aud: MESSAGE.authority,
            iat: NOW,
            exp: NOW + 30,
            jti: nonce,
            htm: 'POST',
            htp: message.path,
            htq: message.query,
            rid: REQUEST_ID,
            ...client,
            policy,
            route,
            ...(log.length > 0 && { log }),
            ...(bot !== undefined && { bot }),
          },
        })
      }),
      { numRuns: 60 },
    )
  })

  it.each(KEYS)('is right to jose, and one of jose is right here ($alg)', async (key) => {
    const token = await make(key)
    const { d: _, ...open } = { d: undefined, ...key }
    const { payload, protectedHeader } = await jwtVerify(token, await importJWK({ ...open }), {
      algorithms: [key.alg],
      issuer: 'sallyport',
      audience: MESSAGE.authority,
      currentDate: new Date(NOW * 1000),
      maxTokenAge: 60,
      requiredClaims: ['jti', 'htm', 'htp', 'htq'],
    })
    expect([payload, protectedHeader]).toEqual([CLAIMS, { alg: key.alg, kid: key.kid, typ: 'JWT' }])
    const theirs = await new SignJWT({ ...CLAIMS })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .sign(await importJWK({ ...key }))
    expect(await verifyToken(theirs, OPTIONS)).toMatchObject({ ok: true, claims: CLAIMS })
    if (key.kty === 'oct') expect(theirs.split('.').slice(0, 2)).toEqual(token.split('.').slice(0, 2))
  })

  it('needs a key id, a life and a nonce within bounds', async () => {
    const { mac } = await importSigningKey(HMAC_KEY)
    const options = { keyid: 'k', alg: 'hmac-sha256', mac, ttl: 30 } as const
    expect(() => createTokenSigner({ ...options, keyid: 'a"b' })).toThrow(RangeError)
    expect(() => createTokenSigner({ ...options, ttl: 61 })).toThrow(RangeError)
    const signer = createTokenSigner(options)
    await expect(signer.sign(MESSAGE, { created: NOW, nonce: 'short' })).rejects.toThrow(TypeError)
  })
})

describe('no token is', () => {
  test.each(KEYS)('one with any character changed, added or left out ($alg)', async (key) => {
    const token = await make(key)
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A'
      for (const text of [other, `${token[i]}${other}`, '', `${token[i]}=`, `${token[i]}.`]) {
        const changed = token.slice(0, i) + text + token.slice(i + 1)
        expect([changed, await failureOf(changed)]).not.toEqual([changed, 'ok'])
      }
    }
  })

  test('one in another spelling of base64url', async () => {
    for (const key of KEYS) {
      const token = await make(key)
      const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
        token.at(-1) ?? '',
      )
      const twin = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last ^ 1]
      expect(await failureOf(token.slice(0, -1) + twin)).toBe('form')
    }
  })

  test.each<[string, string]>([
    ['without a signature', '{"alg":"none","kid":"k-20261122-hmac","typ":"JWT"}'],
    ['of another hash', '{"alg":"HS512","kid":"k-20261122-hmac","typ":"JWT"}'],
    ['with its members in another order', '{"kid":"k-20261122-hmac","alg":"HS256","typ":"JWT"}'],
    ['with a space', '{"alg":"HS256", "kid":"k-20261122-hmac","typ":"JWT"}'],
    ['with one more member', '{"alg":"HS256","kid":"k-20261122-hmac","typ":"JWT","b64":false}'],
    ['with a key in it', '{"alg":"HS256","kid":"k-20261122-hmac","typ":"JWT","jwk":{}}'],
    ['with another type', '{"alg":"HS256","kid":"k-20261122-hmac","typ":"JWS"}'],
  ])('one with a header %s', async (_, header) => {
    expect(await failureOf(await forge(header, BODY ?? ''))).toBe('form')
  })

  test('one that says another algorithm than its key has', async () => {
    const { x } = ED25519_KEY as { x: string }
    const header = `{"alg":"HS256","kid":"${ED25519_KEY.kid}","typ":"JWT"}`
    // The public key as the secret of an HMAC: the classic confusion.
    const confused: Key = { ...HMAC_KEY, k: x } as Key
    expect(await failureOf(await forge(header, BODY ?? '', confused))).toBe('algorithm')
    const swapped = (HEAD ?? '').replace('HS256', 'EdDSA')
    expect(await failureOf(await forge(swapped, BODY ?? ''))).toBe('algorithm')
  })

  test('one of an unknown key, or of another key by that name', async () => {
    const kid = (HEAD ?? '').replace(HMAC_KEY.kid, 'other')
    expect(await failureOf(await forge(kid, BODY ?? ''))).toBe('keyid')
    const other = { ...HMAC_KEY, k: encode('x'.repeat(32)) } as Key
    expect(await failureOf(await forge(HEAD ?? '', BODY ?? '', other))).toBe('mac')
  })

  test('one for another origin, or from another time', async () => {
    const token = await make()
    expect(await failureOf(token)).toBe('ok')
    expect(await failureOf(token, { authorities: new Set(['other.example']) })).toBe('audience')
    expect(await failureOf(token, { authorities: undefined })).toBe('ok')
    expect(await failureOf(token, { now: NOW - 5 })).toBe('ok')
    expect(await failureOf(token, { now: NOW - 6 })).toBe('created')
    expect(await failureOf(token, { now: NOW + 35 })).toBe('ok')
    expect(await failureOf(token, { now: NOW + 36 })).toBe('expires')
    expect(await failureOf(token, { maxTtl: 29 })).toBe('lifetime')
    const empty = await forge(HEAD ?? '', formatTokenClaims({ ...CLAIMS, exp: NOW }))
    expect(await failureOf(empty)).toBe('lifetime')
  })

  const spoiled: [string, unknown][] = [
    ['iss', 'other'],
    ['aud', ['origin.example:8443']],
    ['iat', String(NOW)],
    ['iat', NOW + 0.5],
    ['exp', null],
    ['jti', 'short'],
    ['htm', 'GET POST'],
    ['htp', 'a'],
    ['htp', '/a?b'],
    ['htq', 'd=e'],
    ['htq', 3],
    ['ip', '203.0.113.77, 10.0.0.1'],
    ['host', 'SHOP.example'],
    ['scheme', 'ws'],
    ['port', '50123'],
    ['country', 'Norway'],
    ['country', 12],
    ['asn', '64496'],
    ['asn', -1],
    ['tls', null],
    ['protocol', { toString: 'HTTP/2' }],
    ['policy', ''],
    ['route', 7],
    ['rid', 'x'],
    ['log', []],
    ['log', ['a', 7]],
    ['log', Array.from({ length: 17 }, () => 'a')],
    ['bot', ''],
    ['bot', 7],
    ['bot', 'a"b'],
    ['bot', 'a'.repeat(129)],
    ['bot', 'a", log=("b'],
    ['admin', true],
    ['__proto__', {}],
  ]
  test.each(spoiled)('one whose claim %s is %j', async (name, value) => {
    const claims = new Map<string, unknown>(Object.entries(CLAIMS)).set(name, value)
    const text = `{${[...claims].map(([key, claim]) => `${JSON.stringify(key)}:${JSON.stringify(claim)}`).join()}}`
    expect(await failureOf(await forge(HEAD ?? '', text))).toBe('claims')
  })

  test.each([
    'iss',
    'aud',
    'iat',
    'exp',
    'jti',
    'htm',
    'htp',
    'htq',
    'ip',
    'host',
    'scheme',
    'policy',
    'route',
    'rid',
  ])('one without the claim %s', async (name) => {
    const { [name]: _, ...rest } = { ...CLAIMS } as Record<string, unknown>
    expect(await failureOf(await forge(HEAD ?? '', JSON.stringify(rest)))).toBe('claims')
  })

  test('one with a claim twice, in another order, or no object at all', async () => {
    const twice = (BODY ?? '').replace('{', '{"ip":"192.0.2.1",')
    for (const text of [
      twice,
      `[${BODY}]`,
      `"${'a'.repeat(80)}"`,
      '7'.repeat(80),
      `${BODY} `,
      '{'.repeat(99),
    ]) {
      expect([text, await failureOf(await forge(HEAD ?? '', text))]).toEqual([text, 'claims'])
    }
  })

  test('any text, at any length; nothing throws and hostile ones cost no key', async () => {
    let asked = 0
    const findKey = (keyid: string): TokenKey | undefined => {
      asked++
      return VERIFYING.get(keyid)
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        expect(await failureOf(text, { findKey })).toBe('form')
      }),
    )
    for (const text of ['a'.repeat(1e6), 'a.'.repeat(50_000), `${'a'.repeat(97_000)}.a.a`])
      expect(await failureOf(text, { findKey })).toBe('form')
    expect(asked).toBe(0)
  })
})
