import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHmacCheck, createHmacMac } from '../../src/origin/hmac.ts'
import { importOriginKey } from '../../src/origin/mac.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'

const keys = fc.uint8Array({ minLength: 1, maxLength: 80 })
const bytes = fc.uint8Array({ maxLength: 300 })
const texts = fc.oneof(
  bytes.map((b) => Buffer.from(b).toString('latin1')),
  fc.integer({ min: 8180, max: 8200 }).map((length) => 'x'.repeat(length)),
)

describe('createHmacCheck', () => {
  test('agrees with createHmac about every key and text, one after the other', () => {
    fc.assert(
      fc.property(keys, fc.array(texts, { minLength: 1, maxLength: 4 }), (key, list) => {
        const check = createHmacCheck(createSecretKey(key))
        for (const text of list) {
          const code = createHmac('sha256', key).update(text, 'latin1').digest()
          expect(check(text, code)).toBe(true)
          const mac = createHmacMac(createSecretKey(key))(Buffer.from(text, 'latin1'))
          expect(Buffer.from(mac)).toEqual(code)
        }
      }),
    )
  })

  test('refuses every code that differs in one bit, and every other length', () => {
    const key = Buffer.alloc(32, 7)
    const check = createHmacCheck(createSecretKey(key))
    const code = createHmac('sha256', key).update('text').digest()
    for (let bit = 0; bit < 256; bit++) {
      const changed = Buffer.from(code)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(check('text', changed)).toBe(false)
    }
    for (const length of [0, 16, 31]) expect(check('text', code.subarray(0, length))).toBe(false)
    expect(check('text', Buffer.concat([code, Buffer.alloc(1)]))).toBe(false)
    expect(check('text', code)).toBe(true)
  })
})

describe('checkParts', () => {
  test('takes the parts of a text as the text, with either kind of key', () => {
    const { kty, crv, x, d = '' } = ED25519_KEY.kty === 'OKP' ? ED25519_KEY : expect.fail('not a pair')
    const secret = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
    const k = HMAC_KEY.kty === 'oct' ? Buffer.from(HMAC_KEY.k, 'base64url') : Buffer.alloc(0)
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), (parts) => {
        const whole = Buffer.concat(parts)
        const mac = createHmac('sha256', k).update(whole).digest()
        const signature = sign(null, whole, secret)
        expect(importOriginKey(HMAC_KEY).checkParts(parts, mac)).toBe(true)
        expect(importOriginKey(ED25519_KEY).checkParts(parts, signature)).toBe(true)
        expect(importOriginKey(HMAC_KEY).checkParts([...parts, Buffer.of(1)], mac)).toBe(false)
        expect(importOriginKey(ED25519_KEY).checkParts([...parts, Buffer.of(1)], signature)).toBe(false)
        expect(importOriginKey(HMAC_KEY).checkParts(parts, mac.subarray(1))).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})
