import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanFieldValue } from '../../src/http/field-value.ts'

test.each([
  ['plain value', 'plain value'],
  ['  blanks  ', 'blanks'],
  ['a\r\nSet-Cookie: b=c', 'a  Set-Cookie: b=c'],
  ['a\0b\tc\x7f', 'a b c'],
  ['K\xc3\xb6ln', 'K%C3%B6ln'],
  ['', ''],
])('%j becomes %j', (bytes, value) => expect(cleanFieldValue(bytes)).toBe(value))

test('a value that is too long is none, counted as it would be sent', () => {
  expect(cleanFieldValue('a'.repeat(8192))).toHaveLength(8192)
  expect(cleanFieldValue('a'.repeat(8193))).toBeUndefined()
  expect(cleanFieldValue('\xff'.repeat(3000))).toBeUndefined()
})

test('every value can be set and is printable ASCII without blanks at its ends', () => {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
  fc.assert(
    fc.property(fc.string({ unit: byte }), (bytes) => {
      const value = cleanFieldValue(bytes)
      expect(value).toMatch(/^(?:[!-~](?:[ -~]*[!-~])?)?$/)
      expect(new Headers([['x-a', value ?? '']]).get('x-a')).toBe(value)
    }),
  )
})
