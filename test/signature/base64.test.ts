import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, toBase64, toBase64Url } from '../../src/signature/base64.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.nat(10_000).map((size) => new Uint8Array(size).fill(size)),
)

test('base64 is what Node writes', () => {
  fc.assert(fc.property(bytes, (b) => void expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'))))
})

test('base64url is what Node writes', () => {
  fc.assert(fc.property(bytes, (b) => void expect(toBase64Url(b)).toBe(Buffer.from(b).toString('base64url'))))
})

test('both spellings decode to the bytes they came from', () => {
  fc.assert(
    fc.property(bytes, (b) => {
      expect([...fromBase64(toBase64(b))]).toEqual([...b])
      expect([...fromBase64(toBase64Url(b))]).toEqual([...b])
    }),
  )
})
