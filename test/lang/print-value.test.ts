import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printValue } from '../../src/lang/print-value.ts'

describe('a printed value', () => {
  test('looks as in an expression', () => {
    expect(printValue('a"b')).toBe('"a\\"b"')
    expect(printValue('\xc3\xa9')).toBe('"é"')
    expect(printValue(5)).toBe('5')
    expect(printValue(2n ** 62n)).toBe('4611686018427387904')
    expect(printValue(true)).toBe('true')
    expect(printValue(undefined)).toBe('nil')
    expect(printValue({ version: 4, value: 0xc0000201 })).toBe('192.0.2.1')
    expect(printValue(['a', 'b'])).toBe('["a" "b"]')
    expect(printValue(new Map([['k', ['v']]]))).toBe('{"k": ["v"]}')
  })

  test('says how much is left out', () => {
    expect(printValue('x'.repeat(500))).toBe(`"${'x'.repeat(120)}"… (500 bytes)`)
    expect(printValue(new Array<string>(20).fill('a'))).toBe(`[${'"a" '.repeat(8)}… (20)]`)
    expect(printValue(new Map(Array.from({ length: 9 }, (_, i) => [String(i), true])))).toContain('… (9)}')
  })

  test('has no control characters and is bounded', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => String.fromCharCode(...array))
    fc.assert(
      fc.property(bytes, fc.array(bytes), (text, texts) => {
        for (const printed of [printValue(text), printValue(texts), printValue(new Map([[text, texts]]))]) {
          expect(printed).not.toMatch(/\p{Cc}/u)
          expect(printed.length).toBeLessThan(8000)
        }
      }),
    )
  })
})
