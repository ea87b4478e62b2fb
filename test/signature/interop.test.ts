/** Both libraries read what we sign, and we read what they sign. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import fc from 'fast-check'
import { createSignature, verifySignature } from 'http-message-sig'
import { httpbis } from 'http-message-signatures'
import { describe, expect, test } from 'vitest'
import { importOriginKey } from '../../src/origin/mac.ts'
import type { SignedMessage } from '../../src/signature/base.ts'
import type { Key } from '../../src/signature/keys.ts'
import { createSigner, type SignatureFields } from '../../src/signature/sign.ts'
import { acceptSigned, readSigned } from '../../src/signature/verify.ts'
import { importSigningKey } from '../../src/signature/webcrypto.ts'
import { messages, nonces, receive } from './fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from './keys-fixture.ts'

/** The clock of one library cannot be set, so all sign for now. */
const NOW = Math.floor(Date.now() / 1000)
const RUNS = { numRuns: 300 }

function componentsOf(message: SignedMessage): string[] {
  const components = [
    '@method',
    '@authority',
    '@path',
    '@query',
    'sallyport-client',
    'sallyport-verdict',
    'sallyport-request-id',
  ]
  return message.contentDigest === undefined ? components : [...components, 'content-digest']
}

function headersOf(message: SignedMessage): Record<string, string> {
  const headers = {
    host: message.authority,
    'sallyport-client': message.client,
    'sallyport-verdict': message.verdict,
    'sallyport-request-id': message.requestId,
  }
  return message.contentDigest === undefined
    ? headers
    : { ...headers, 'content-digest': message.contentDigest }
}

const urlOf = (message: SignedMessage): string =>
  `http://${message.authority}${message.path}${message.query === '?' ? '' : message.query}`

interface RawCrypto {
  readonly alg: string
  readonly sign: (data: Uint8Array) => Buffer
  readonly verify: (data: Uint8Array, signature: Uint8Array) => boolean
}

/** The keys by node:crypto alone, so that no code of ours stands on the libraries' side. */
function rawCrypto(key: Key): RawCrypto {
  if (key.kty === 'oct') {
    const secret = Buffer.from(key.k, 'base64url')
    const mac = (data: Uint8Array): Buffer => createHmac('sha256', secret).update(data).digest()
    return { alg: 'hmac-sha256', sign: mac, verify: (data, signature) => mac(data).equals(signature) }
  }
  const { kty, crv, x, d = '' } = key
  const secret = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
  const open = createPublicKey(secret)
  return {
    alg: 'ed25519',
    sign: (data) => signBytes(null, data, secret),
    verify: (data, signature) => verifyBytes(null, data, open, signature),
  }
}

interface Library {
  readonly name: string
  readonly sign: (message: SignedMessage, nonce: string, key: Key) => Promise<SignatureFields>
  readonly verify: (message: SignedMessage, fields: SignatureFields, key: Key) => Promise<boolean>
}

const cloudflare: Library = {
  name: 'http-message-sig',
  async sign(message, nonce, key) {
    const { alg, sign } = rawCrypto(key)
    return createSignature(descriptorOf(message, []), {
      label: 'sallyport',
      components: componentsOf(message),
      parameters: { created: NOW, expires: NOW + 30, nonce, keyid: key.kid, tag: 'sallyport-1' },
      signer: { algorithm: alg, sign: (data) => new Uint8Array(sign(data)) },
    })
  },
  async verify(message, { signatureInput, signature }, key) {
    const { alg, verify } = rawCrypto(key)
    const fields = [
      { name: 'signature-input', value: signatureInput },
      { name: 'signature', value: signature },
    ]
    const policy = {
      algorithms: [alg],
      requiredComponents: componentsOf(message),
      requiredParameters: ['created', 'expires', 'nonce', 'keyid', 'tag'],
      maxAge: 60,
      clockSkew: 5,
      now: NOW,
    }
    return verifySignature(descriptorOf(message, fields), {
      policy,
      resolveVerifier: () => ({ algorithm: alg, verify }),
    }).then(
      () => true,
      () => false,
    )
  },
}

function descriptorOf(message: SignedMessage, more: { name: string; value: string }[]) {
  const fields = Object.entries(headersOf(message)).map(([name, value]) => ({ name, value }))
  return {
    kind: 'request',
    method: message.method,
    targetUri: urlOf(message),
    fields: [...fields, ...more],
  } as const
}

const dhensby: Library = {
  name: 'http-message-signatures',
  async sign(message, nonce, key) {
    const { sign } = rawCrypto(key)
    const signed = await httpbis.signMessage(
      {
        key: { id: key.kid, sign: async (data) => sign(data) },
        name: 'sallyport',
        params: ['created', 'expires', 'nonce', 'keyid', 'tag'],
        paramValues: {
          created: new Date(NOW * 1000),
          expires: new Date((NOW + 30) * 1000),
          nonce,
          keyid: key.kid,
          tag: 'sallyport-1',
        },
        fields: componentsOf(message),
      },
      { method: message.method, url: urlOf(message), headers: headersOf(message) },
    )
    return {
      signatureInput: String(signed.headers['Signature-Input']),
      signature: String(signed.headers.Signature),
    }
  },
  async verify(message, { signatureInput, signature }, key) {
    const { alg, verify } = rawCrypto(key)
    const headers = { ...headersOf(message), 'signature-input': signatureInput, signature }
    const keyLookup = async ({ keyid }: { keyid?: string }) =>
      keyid === key.kid
        ? { id: keyid, algs: [alg], verify: async (data: Buffer, code: Buffer) => verify(data, code) }
        : null
    return httpbis
      .verifyMessage(
        { keyLookup, requiredFields: componentsOf(message), tolerance: 60 },
        { method: message.method, url: urlOf(message), headers },
      )
      .then(
        (result) => result === true,
        () => false,
      )
  },
}

const tamper = (message: SignedMessage): SignedMessage => ({
  ...message,
  client: message.client.replace('ip="', 'ip="1'),
})

describe.each([HMAC_KEY, ED25519_KEY])('$kty', (key) => {
  const verifying = importOriginKey(key)
  const options = {
    findKey: (id: string) => (id === key.kid ? verifying : undefined),
    now: NOW,
    skew: 5,
    maxTtl: 60,
  }

  function accepts(message: SignedMessage, fields: SignatureFields): boolean {
    const prepared = readSigned(receive(message, fields), options)
    return prepared.ok && prepared.key.check(prepared.base, prepared.signature) && acceptSigned(prepared).ok
  }

  test.each([cloudflare, dhensby])('$name accepts what we sign, and nothing changed', async (library) => {
    const { keyid, mac } = await importSigningKey(key)
    const signer = createSigner({ keyid, mac, ttl: 30 })
    await fc.assert(
      fc.asyncProperty(messages, nonces, async (message, nonce) => {
        const fields = await signer.sign(message, { created: NOW, nonce })
        expect(await library.verify(message, fields, key)).toBe(true)
        expect(await library.verify(tamper(message), fields, key)).toBe(false)
      }),
      RUNS,
    )
  })

  test.each([cloudflare, dhensby])('we accept what $name signs, and nothing changed', async (library) => {
    await fc.assert(
      fc.asyncProperty(messages, nonces, async (message, nonce) => {
        const fields = await library.sign(message, nonce, key)
        expect(accepts(message, fields)).toBe(true)
        expect(accepts(tamper(message), fields)).toBe(false)
      }),
      RUNS,
    )
  })
})
