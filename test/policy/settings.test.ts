import { expect, test } from 'vitest'
import { settingsSchema } from '../../src/policy/settings.ts'
import { createSigner } from '../../src/signature/sign.ts'

const sign = () => new ArrayBuffer(32)

test('every signature life that a policy may ask for is one that the edge can sign with', () => {
  const lives = Array.from({ length: 400 }, (_, i) => i).filter(
    (ttl) => settingsSchema.safeParse({ signature_ttl: ttl }).success,
  )
  expect(lives).toContain(30)
  for (const ttl of lives) expect(() => createSigner({ keyid: 'k', mac: sign, ttl })).not.toThrow()
})
