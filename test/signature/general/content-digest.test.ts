import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createContentDigest,
  parseContentDigest,
  verifyContentDigest,
} from '../../../src/signature/general/content-digest.ts'

// The body and digests of RFC 9530 appendix D.
const BODY = new TextEncoder().encode('{"hello": "world"}\n')
const SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'
const SHA_512 =
  'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:'

test('writes the digests that RFC 9530 shows', async () => {
  expect(await createContentDigest(BODY)).toBe(SHA_256)
  expect(await createContentDigest(BODY.buffer, ['sha-512', 'sha-256'])).toBe(`${SHA_512}, ${SHA_256}`)
})

test('reads them back', () => {
  const digests = parseContentDigest(`${SHA_512}, ${SHA_256}`)
  expect([...(digests?.keys() ?? [])]).toEqual(['sha-512', 'sha-256'])
  expect(Buffer.from(digests?.get('sha-256') ?? [])).toEqual(createHash('sha256').update(BODY).digest())
})

test.each<readonly [string, string]>([
  [SHA_256, 'ok'],
  [SHA_512, 'ok'],
  [`${SHA_512}, ${SHA_256}`, 'ok'],
  [`md5=:AAAA:, ${SHA_256}`, 'ok'],
  [`unixsum=1, ${SHA_256};note="x"`, 'ok'],
  ['md5=:AAAA:', 'algorithm'],
  ['', 'algorithm'],
  [`sha-256=:${'A'.repeat(43)}=:`, 'mismatch'],
  [`${SHA_512}, sha-256=:${'A'.repeat(43)}=:`, 'mismatch'],
  [`${SHA_256}, ${SHA_256}`, 'form'],
  [SHA_256.slice(0, -1), 'form'],
  [SHA_256.replace('sha-256=', 'SHA-256='), 'form'],
  ['sha-256', 'form'],
  ['sha-256="RK"', 'form'],
  ['sha-256=(:AAAA:)', 'form'],
  ['sha-256=:AAAA:', 'form'],
  [SHA_512.replace('sha-512', 'sha-256'), 'form'],
  [`${'a, '.repeat(20)}${SHA_256}`, 'form'],
  [`${SHA_256}${' '.repeat(4096)}`, 'form'],
])('compares with %s: %s', async (value, said) => {
  const result = await verifyContentDigest(value, BODY)
  expect(result.ok ? 'ok' : result.failure).toBe(said)
})

test('agrees with itself on every body, and with no other body', async () => {
  const bodies = fc.uint8Array({ maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(bodies, bodies, fc.constantFrom('sha-256', 'sha-512'), async (body, other, alg) => {
      const value = await createContentDigest(body, [alg])
      expect(await verifyContentDigest(value, body)).toEqual({ ok: true })
      const same = Buffer.from(body).equals(other)
      expect((await verifyContentDigest(value, other)).ok).toBe(same)
    }),
  )
})

test('is of the body at the time of the call', async () => {
  const body = Uint8Array.from(BODY)
  const digest = createContentDigest(body, ['sha-512', 'sha-256'])
  const compared = verifyContentDigest(`${SHA_512}, ${SHA_256}`, body)
  body.fill(0)
  expect(await digest).toBe(`${SHA_512}, ${SHA_256}`)
  expect(await compared).toEqual({ ok: true })
})
