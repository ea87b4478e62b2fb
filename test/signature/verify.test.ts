import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBase } from '../../src/signature/base.ts'
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
      signed: true,
      requestId: REQUEST_ID,
      keyid: key.kid,
      nonce: NONCE,
      created: NOW,
      expires: NOW + 30,
    })
  })

  test('messages that are signed and verified at the same time do not mix', async () => {
    const { keyid, mac } = await importSigningKey(key)
    const signer = createSigner({ keyid, mac, ttl: 30 })
    const options = await open(key)
    const all = Array.from({ length: 50 }, (_, i) => ({ ...MESSAGE, path: `/${'p'.repeat(i)}` }))
    const signed = await Promise.all(
      all.map((message) => signer.sign(message, { created: NOW, nonce: NONCE })),
    )
    const results = await Promise.all(
      signed.map((fields, i) => verify(receive(all[i] ?? MESSAGE, fields), options)),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(50)
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

describe.each(KEYS)('a body in authenticated chunks, signed with a $kty key', (key) => {
  const message = { ...MESSAGE, method: 'POST', body: 'chunks;size=65536' }

  async function send(): Promise<Received> {
    const { keyid, mac } = await importSigningKey(key)
    const signed = await createSigner({ keyid, mac, ttl: 30 }).sign(message, { created: NOW, nonce: NONCE })
    expect(signed.signatureInput).toContain('"sallyport-request-id" "sallyport-body");created=')
    return receive(message, signed)
  }

  test('is refused by a door that does not say it unwraps them', async () => {
    expect(await verify(await send(), await open(key))).toEqual({ ok: false, failure: 'body-chunks' })
  })

  test('is accepted with the value of the field and the bytes of the signature', async () => {
    const options = { ...(await open(key)), acceptBodyChunks: true }
    const received = await send()
    const accepted = await verify(received, options)
    const text = received.fields[received.fields.indexOf('Signature') + 1] ?? ''
    expect(accepted).toMatchObject({ ok: true, body: message.body })
    expect(accepted).toHaveProperty('signature', new Uint8Array(Buffer.from(text.slice(11, -1), 'base64')))
    expect(accepted).not.toHaveProperty('contentDigest')
  })

  test('is refused without the field, with another value and with two of them', async () => {
    const options = { ...(await open(key)), acceptBodyChunks: true }
    const { fields, ...request } = await send()
    const without = fields.slice(0, -2)
    for (const [changed, failure] of [
      [without, 'field-missing'],
      [[...without, 'Sallyport-Body', 'chunks;size=1'], 'mac'],
      [[...fields, 'Sallyport-Body', message.body], 'field-repeated'],
      [[...without, 'Sallyport-Body', 'a\nb'], 'field-value'],
      [[...fields, 'Sallyport_Body', message.body], 'field-twin'],
    ] as const) {
      expect(await verify({ ...request, fields: changed }, options)).toEqual({ ok: false, failure })
    }
  })
})

test('a field that no signature covers says nothing of the body', async () => {
  const { keyid, mac } = await importSigningKey(HMAC_KEY)
  const signed = await createSigner({ keyid, mac, ttl: 30 }).sign(MESSAGE, { created: NOW, nonce: NONCE })
  const received = receive(MESSAGE, signed)
  const added = { ...received, fields: [...received.fields, 'Sallyport-Body', 'chunks;size=65536'] }
  const accepted = await verify(added, { ...(await open(HMAC_KEY)), acceptBodyChunks: true })
  expect(accepted).toMatchObject({ ok: true })
  expect(accepted).not.toHaveProperty('body')
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

  test.each([
    'method',
    'authority',
    'path',
    'query',
    'client',
    'verdict',
    'requestId',
    'contentDigest',
    'body',
  ])('signs no line feed in %s, which would forge a line of the base', async (name) => {
    const forged = { ...MESSAGE, [name]: 'a\n"@path": /admin' }
    const signing = createSigner({ keyid: 'k', mac, ttl: 30 }).sign(forged, { created: NOW, nonce: NONCE })
    await expect(signing).rejects.toThrow(TypeError)
  })

  test('covers a body once', async () => {
    const twice = { ...MESSAGE, contentDigest: 'sha-256=:x:', body: 'chunks;size=1' }
    const signing = createSigner({ keyid: 'k', mac, ttl: 30 }).sign(twice, { created: NOW, nonce: NONCE })
    await expect(signing).rejects.toThrow('one of the body at most')
  })

  test.each([100, 20_000])('hands over the right bytes of a base of %s characters and more', async (size) => {
    const seen: Buffer[] = []
    const keep = (base: Uint8Array): ArrayBuffer => {
      seen.push(Buffer.from(base))
      return new ArrayBuffer(32)
    }
    const signer = createSigner({ keyid: 'k', mac: keep, ttl: 30 })
    const long = { ...MESSAGE, path: `/${'p'.repeat(size)}` }
    const { signatureInput } = await signer.sign(long, { created: NOW, nonce: NONCE })
    await signer.sign(MESSAGE, { created: NOW, nonce: NONCE })
    const parameters = signatureInput.slice('sallyport='.length)
    expect(seen.map(String)).toEqual([formatBase(long, parameters), formatBase(MESSAGE, parameters)])
  })

  test('signs no nonce but 128 bits', async () => {
    const signer = createSigner({ keyid: 'k', mac, ttl: 30 })
    await expect(signer.sign(MESSAGE, { created: NOW, nonce: 'short' })).rejects.toThrow(TypeError)
  })
})

test('a signing key is not made from a public key', async () => {
  const { d: _, ...half } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : { ...HMAC_KEY, d: '' }
  await expect(importSigningKey(half as typeof ED25519_KEY)).rejects.toThrow('public key')
})
