import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFormScanner } from '../../../src/http/body-guard/form-scanner.ts'
import { bytesOf, cut, cuts, judge } from './cutting.ts'

test('a form passes with as many fields as it may have, and not with one more, however it is cut', () => {
  const fields = fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 2, maxLength: 20 })
  fc.assert(
    fc.property(fields, cuts, (pairs, lengths) => {
      const bytes = bytesOf(new URLSearchParams(pairs).toString())
      const verdict = (max_keys: number): string | undefined =>
        judge(createFormScanner({ max_keys }), cut(bytes, lengths))
      expect([verdict(pairs.length), verdict(pairs.length - 1)]).toEqual([undefined, 'form-keys'])
    }),
  )
})

test('an empty form passes', () => {
  expect(judge(createFormScanner({ max_keys: 1 }), [])).toBeUndefined()
})
