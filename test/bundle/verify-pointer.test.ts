import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pointer, SignedPointer } from '../../src/bundle/delivery.ts'
import { parseJson, toJsonBytes } from '../../src/bundle/json-bytes.ts'
import { createPointerSigner, encodeSignedPointer, POINTER_DOMAIN } from '../../src/bundle/sign-pointer.ts'
import { createPointerVerifier } from '../../src/bundle/verify-pointer.ts'
import { toBase64Url } from '../../src/signature/base64.ts'
import { importSigningKey } from '../../src/signature/webcrypto.ts'
import { createPolicyKey } from './publisher.ts'

const hash = 'ab'.repeat(32)
const reference = { version: '0123456789abcdef', manifest: hash }
const pointer: Pointer = {
  protocol: 1,
  serial: 7,
  issued_at: 1_800_000_000,
  not_after: 1_900_000_000,
  active: reference,
  previous: reference,
  rollout: { mode: 'percent', candidate: reference, percent: 10, salt: 'abc_-1' },
  kill: ['rules'],
}

const first = await createPolicyKey('first')
const second = await createPolicyKey('second')
const sign = await createPointerSigner(first)
const verify = await createPointerVerifier([first, second])
const signed = await sign(pointer)

/** The verdict on a document: `ok` or the fault. */
async function judge(document: unknown): Promise<string> {
  const bytes = document instanceof Uint8Array ? Uint8Array.from(document) : toJsonBytes(document)
  const result = await verify(bytes)
  return result.ok ? 'ok' : result.fault
}

/** Signs any payload with the first key, whatever it says. */
async function signText(payload: string, domain = POINTER_DOMAIN): Promise<SignedPointer> {
  const { mac } = await importSigningKey(first)
  const signature = await mac(new TextEncoder().encode(domain + payload))
  return {
    payload: toBase64Url(new TextEncoder().encode(payload)),
    signature: toBase64Url(new Uint8Array(signature)),
    kid: first.kid,
  }
}

describe('createPointerVerifier', () => {
  test('gives back what was signed, by any of its keys', async () => {
    expect(await verify(encodeSignedPointer(signed))).toEqual({ ok: true, pointer })
    const other = await createPointerSigner(second)
    expect(await verify(encodeSignedPointer(await other(pointer)))).toEqual({ ok: true, pointer })
  })

  test('never accepts a pointer that is not signed, whatever it says of itself', async () => {
    expect(await judge(pointer)).toBe('malformed-pointer')
    expect(await judge({ payload: signed.payload, kid: signed.kid })).toBe('malformed-pointer')
    expect(await judge({ ...signed, signature: '' })).toBe('malformed-pointer')
    expect(await judge({ ...signed, signature: null })).toBe('malformed-pointer')
    expect(await judge({ ...signed, alg: 'none' })).toBe('malformed-pointer')
    expect(await judge({ ...signed, signature: 'A'.repeat(86) })).toBe('bad-signature')
  })

  test('refuses a signature of another pointer, key or purpose', async () => {
    const another = await sign({ ...pointer, serial: 8 })
    expect(await judge({ ...signed, signature: another.signature })).toBe('bad-signature')
    expect(await judge({ ...signed, payload: another.payload })).toBe('bad-signature')
    expect(await judge({ ...signed, kid: 'second' })).toBe('bad-signature')
    expect(await judge({ ...signed, kid: 'third' })).toBe('unknown-key')
    expect(await judge(await signText(JSON.stringify(pointer), ''))).toBe('bad-signature')
  })

  test.each([
    [
      'another spelling of the same signature',
      (s: SignedPointer) => ({ ...s, signature: respell(s.signature) }),
    ],
    ['a payload in base64 with padding', (s: SignedPointer) => ({ ...s, payload: `${s.payload}=` })],
    ['a document that is too long', (s: SignedPointer) => ({ ...s, payload: 'A'.repeat(8192) })],
    ['a kid that no key can have', (s: SignedPointer) => ({ ...s, kid: 'a b' })],
    ['a list', (s: SignedPointer) => [s]],
    ['nothing', () => null],
  ])('refuses %s', async (_, change) => {
    expect(await judge(change(signed))).toBe('malformed-pointer')
  })

  /** Sets the unused low bits of the last character of 64 bytes: other text, same bytes. */
  function respell(text: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1]
  }

  test.each([
    ['a protocol that is not known', { ...pointer, protocol: 2 }, 'unknown-protocol'],
    ['no protocol', { ...pointer, protocol: undefined }, 'unknown-protocol'],
    ['serial 0', { ...pointer, serial: 0 }, 'bad-pointer'],
    ['a serial that is no integer', { ...pointer, serial: 1.5 }, 'bad-pointer'],
    ['a serial beyond what is exact', { ...pointer, serial: 2 ** 53 }, 'bad-pointer'],
    ['a percentage over 100', { ...pointer, rollout: { ...pointer.rollout, percent: 101 } }, 'bad-pointer'],
    ['an unknown field', { ...pointer, force: true }, 'bad-pointer'],
    ['an unknown kill switch', { ...pointer, kill: ['all'] }, 'bad-pointer'],
    ['a manifest that is no hash', { ...pointer, active: { ...reference, manifest: '../x' } }, 'bad-pointer'],
    ['a date no clock has', { ...pointer, not_after: 1e300 }, 'bad-pointer'],
  ])('refuses a signed pointer with %s', async (_, content, fault) => {
    expect(await judge(await signText(JSON.stringify(content)))).toBe(fault)
  })

  test('refuses a signed payload that is not UTF-8 JSON', async () => {
    expect(await judge(await signText('{'))).toBe('unknown-protocol')
    expect(await judge({ ...signed, payload: toBase64Url(Uint8Array.of(0xff, 0xfe, 0xfd)) })).toBe(
      'malformed-pointer',
    )
  })

  test('takes no keys that could not tell readers from publishers', async () => {
    const hmac = { kty: 'oct', k: 'A'.repeat(43), kid: 'h', alg: 'HS256', use: 'sig' } as const
    await expect(createPointerVerifier([hmac])).rejects.toThrow(TypeError)
    await expect(createPointerSigner(hmac)).rejects.toThrow(TypeError)
    const { d: _, ...half } = first
    await expect(createPointerSigner(half)).rejects.toThrow('public key')
  })

  test('refuses every changed byte and survives any document', async () => {
    const bytes = encodeSignedPointer(signed)
    for (let at = 0; at < bytes.length; at++) {
      const copy = bytes.slice()
      copy[at] = (copy[at] ?? 0) ^ 1
      expect(await judge(copy)).not.toBe('ok')
    }
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.uint8Array()), async (document) => {
        expect(await judge(document)).not.toBe('ok')
      }),
    )
  })
})

test('parseJson gives undefined for what is not UTF-8 JSON', () => {
  expect(parseJson(Uint8Array.of(0xff))).toBeUndefined()
  expect(parseJson(Uint8Array.of())).toBeUndefined()
})
