import { createHmac, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeyRing } from '../../../src/ingress/challenge/challenge-keys.ts'

const SECRET = new Uint8Array(32).fill(1)
const OTHER = new Uint8Array(32).fill(2)

test('keys are derived by HKDF for each purpose and site', () => {
  const keys = createKeyRing([SECRET]).current('app.example')
  const bytes = new Uint8Array(20).fill(5)
  for (const purpose of ['token', 'clearance'] as const) {
    keys[purpose].seal(bytes)
    const salt = Buffer.from('sallyport challenge')
    const key = Buffer.from(hkdfSync('sha256', SECRET, salt, `${purpose}\napp.example`, 32))
    const code = createHmac('sha256', key).update(bytes.subarray(0, 4)).digest().subarray(0, 16)
    expect(Buffer.from(bytes.subarray(4))).toEqual(code)
    expect(keys[purpose].isSealed(bytes)).toBe(true)
  }
  expect(keys.token.isSealed(bytes)).toBe(false)
  expect(createKeyRing([SECRET]).current('other.example').clearance.isSealed(bytes)).toBe(false)
})

test('the first secret makes, all are found by their name', () => {
  const ring = createKeyRing([SECRET, OTHER])
  const old = createKeyRing([OTHER]).current('a')
  const made = ring.current('a')
  expect(made.kid).toBe(createKeyRing([SECRET]).current('a').kid)
  expect(made.kid).not.toBe(old.kid)
  const bytes = new Uint8Array(40)
  old.token.seal(bytes)
  expect(ring.named(old.kid, 'a').map(({ token }) => token.isSealed(bytes))).toEqual([true])
  expect(ring.named((old.kid + 1) & 0xffffff, 'a')).toEqual([])
})

test('a bounded number of sites is kept, and a forgotten one gets the same keys again', () => {
  const ring = createKeyRing([SECRET])
  const first = ring.current('site-0')
  for (let i = 0; i < 500; i++) ring.current(`site-${i}`)
  const again = ring.current('site-0')
  expect(again).not.toBe(first)
  const bytes = new Uint8Array(40)
  first.token.seal(bytes)
  expect(again.token.isSealed(bytes)).toBe(true)
  expect(ring.current('site-0')).toBe(again)
})

test('without a secret there are no challenges', () => {
  expect(() => createKeyRing([])).toThrow(RangeError)
})
