import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRequestId } from '../../src/http/request-id.ts'
import { parseRequestId, serializeRequestId } from '../../src/signature/fields.ts'

/** RFC 9562 section 5.7: 48 bits of time, version 7, variant 10. */
const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 10, maxLength: 16 })

test('a request id is a UUID of version 7 that the signature can carry', () => {
  fc.assert(
    fc.property(time, random, (now, bytes) => {
      const id = formatRequestId(now, bytes)
      expect(id).toMatch(UUID_7)
      expect(parseRequestId(serializeRequestId(id))).toBe(id)
      expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(now)
    }),
  )
})

test('the example of RFC 9562 comes out as printed there', () => {
  // Appendix A.6: rand_a is CC3, rand_b 18C4DC0C0C07398F with the variant on top.
  const bytes = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
  expect(formatRequestId(0x017f22e279b0, bytes)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('ids sort by time, and fractions of a millisecond do not matter', () => {
  fc.assert(
    fc.property(time, time, random, random, (a, b, x, y) => {
      if (a < b) expect(formatRequestId(a, x) < formatRequestId(b, y)).toBe(true)
    }),
  )
  expect(formatRequestId(1.9, new Uint8Array(10))).toBe(formatRequestId(1, new Uint8Array(10)))
})

test('74 random bits are in the id, whichever byte they come from', () => {
  const zero = new Uint8Array(10)
  let bits = 0
  for (let i = 0; i < 80; i++) {
    const bytes = Uint8Array.from(zero)
    bytes[i >> 3] = 1 << (i & 7)
    if (formatRequestId(0, bytes) !== formatRequestId(0, zero)) bits++
  }
  expect(bits).toBe(74)
})
