import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSigner } from '../../src/signature/sign.ts'
import { acceptSigned, type ReadOptions, type Received, readSigned } from '../../src/signature/verify.ts'
import { importSigningKey, importVerifyingKey, type VerifyingKey } from '../../src/signature/webcrypto.ts'
import { CLIENT, MESSAGE, messages, NONCE, NOW, nonces, REQUEST_ID, receive, VERDICT } from './fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from './keys-fixture.ts'

const KEYS = [HMAC_KEY, ED25519_KEY]

async function open(key: (typeof KEYS)[number]): Promise<ReadOptions<VerifyingKey>> {
  const verifying = await importVerifyingKey(key)
  return { findKey: (id) => (id === key.kid ? verifying : undefined), now: NOW, skew: 5, maxTtl: 60 }
}

async function verify(received: Received, options: ReadOptions<VerifyingKey>): ReturnType<typeof settle> {
  return settle(received, options)
}

async function settle(received: Received, options: ReadOptions<VerifyingKey>) {
  const prepared = readSigned(received, options)
  if (!prepared.ok) return prepared
  const right = await prepared.key.verify(prepared.base, prepared.signature)
  return right ? acceptSigned(prepared) : ({ ok: false, failure: 'mac' } as const)
}

describe.each(KEYS)('signed with a $kty key', (key) => {
  test('what the edge signs, the verifier accepts and reads', async () => {
    const { keyid, mac } = await importSigningKey(key)
    const signed = await createSigner({ keyid, mac, ttl: 30 }).sign(MESSAGE, { created: NOW, nonce: NONCE })
    expect(await verify(receive(MESSAGE, signed), await open(key))).toEqual({
      ok: true,
      client: CLIENT,
      verdict: VERDICT,
      requestId: REQUEST_ID,
      keyid: key.kid,
      nonce: NONCE,
      created: NOW,
      expires: NOW + 30,
    })
  })

  test('every message is accepted, and none once a character of it changes', async () => {
    const { keyid, mac } = await importSigningKey(key)
    const signer = createSigner({ keyid, mac, ttl: 60 })
    const options = await open(key)
    await fc.assert(
      fc.asyncProperty(messages, nonces, fc.nat(), async (message, nonce, seed) => {
        const received = receive(message, await signer.sign(message, { created: NOW, nonce }))
        expect((await verify(received, options)).ok).toBe(true)
        // Host, client, verdict, id, input, signature: all but the two names in front of them.
        const values = [1, 5, 7, 9, 11, 13]
        const at = values[seed % values.length] ?? 1
        const value = received.fields[at] ?? ''
        const place = (seed >>> 3) % value.length
        const changed =
          value.slice(0, place) + (value.charAt(place) === 'x' ? 'y' : 'x') + value.slice(place + 1)
        const tampered = { ...received, fields: received.fields.with(at, changed) }
        // Host is compared without case, and only case can differ unseen.
        if (changed.toLowerCase() !== value.toLowerCase())
          expect((await verify(tampered, options)).ok).toBe(false)
      }),
      { numRuns: 150 },
    )
  })
})

test('readSigned answers and never throws, whatever comes', () => {
  const names = fc.oneof(
    fc.constantFrom(
      'Signature',
      'signature-input',
      'Sallyport-Client',
      'Host',
      'Connection',
      '__proto__',
      'constructor',
      '',
    ),
    fc.string(),
  )
  const fields = fc
    .array(fc.tuple(names, fc.string({ unit: 'binary' })), { maxLength: 20 })
    .map((list) => list.flat())
  const options = { findKey: () => undefined, now: NOW, skew: 5, maxTtl: 60 }
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), fields, (method, target, list) => {
      expect(readSigned({ method, target, fields: list }, options).ok).toBe(false)
    }),
  )
})

describe('createSigner', () => {
  const mac = (): ArrayBuffer => new ArrayBuffer(32)

  test.each([0, 61, 1.5, Number.NaN])('refuses a life of %s seconds', (ttl) => {
    expect(() => createSigner({ keyid: 'k', mac, ttl })).toThrow(RangeError)
  })

  test.each(['', 'a"b', 'x'.repeat(65)])('refuses the keyid %s', (keyid) => {
    expect(() => createSigner({ keyid, mac, ttl: 30 })).toThrow(RangeError)
  })

  test.each(['method', 'authority', 'path', 'query', 'client', 'verdict', 'requestId', 'contentDigest'])(
    'signs no line feed in %s, which would forge a line of the base',
    async (name) => {
      const forged = { ...MESSAGE, [name]: 'a\n"@path": /admin' }
      const signing = createSigner({ keyid: 'k', mac, ttl: 30 }).sign(forged, { created: NOW, nonce: NONCE })
      await expect(signing).rejects.toThrow(TypeError)
    },
  )

  test('signs no nonce but 128 bits', async () => {
    const signer = createSigner({ keyid: 'k', mac, ttl: 30 })
    await expect(signer.sign(MESSAGE, { created: NOW, nonce: 'short' })).rejects.toThrow(TypeError)
  })
})

test('a signing key is not made from a public key', async () => {
  const { d: _, ...half } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : { ...HMAC_KEY, d: '' }
  await expect(importSigningKey(half as typeof ED25519_KEY)).rejects.toThrow('public key')
})
