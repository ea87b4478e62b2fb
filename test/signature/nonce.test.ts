import { randomFillSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createNonceSource } from '../../src/signature/nonce.ts'
import { NONCE } from '../../src/signature/profile.ts'

test('every nonce has the profile’s form and none repeats across batches', () => {
  const draw = createNonceSource((bytes) => randomFillSync(bytes))
  const seen = new Set(Array.from({ length: 1000 }, draw))
  expect(seen.size).toBe(1000)
  for (const nonce of seen) expect(nonce).toMatch(NONCE)
})

test('each random byte is used once', () => {
  let counter = 0
  const draw = createNonceSource((bytes) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = counter++
  })
  const first = Buffer.from(draw(), 'base64url')
  const second = Buffer.from(draw(), 'base64url')
  expect([...first]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  expect([...second]).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31])
})
