import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { formatContentDigest, parseContentDigest } from '../../src/signature/digest.ts'

// The body and digest of RFC 9530 appendix D.
const BODY = '{"hello": "world"}\n'
const DIGEST = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'

test('writes the digest that RFC 9530 shows', () => {
  expect(formatContentDigest(createHash('sha256').update(BODY).digest())).toBe(DIGEST)
})

test('reads back the bytes', () => {
  expect(Buffer.from(parseContentDigest(DIGEST) ?? [])).toEqual(createHash('sha256').update(BODY).digest())
})

test.each([
  '',
  'sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  `${DIGEST}, ${DIGEST}`,
  // Non-canonical: the unused bits of the last character are set.
  'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDh=:',
  'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:',
])('refuses any other value: %s', (value) => {
  expect(parseContentDigest(value)).toBeUndefined()
})
