import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMultipartScanner } from '../../../src/http/body-guard/multipart-scanner.ts'
import { bytesOf, cut, cuts, judge } from './cutting.ts'

const boundaries = fc.constantFrom('a', '-', '--', 'aab', 'abaab', '----WebKitFormBoundary7MA4YWxkTrZu0gW')

/** Content made of pieces of the delimiter, which is what a search can stumble over. */
const contents = (boundary: string): fc.Arbitrary<string> => {
  const delimiter = `--${boundary}`
  return fc
    .array(
      fc.oneof(
        fc.nat(delimiter.length - 1).map((end) => delimiter.slice(0, end)),
        fc.constantFrom('\r\n', 'x', '\u0000ÿ'),
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('').replaceAll(delimiter, 'x'))
}

test.each([
  [`b${'a'.repeat(69)}`, 'a'],
  [`${'-'.repeat(33)}b${'-'.repeat(35)}`, '-'],
])('a boundary that is made to cost work with its content is refused: %s', (boundary, filling) => {
  const body = bytesOf(filling.repeat(200_000))
  expect(judge(createMultipartScanner({ max_keys: 1000 }, boundary), [body])).toBe('form-malformed')
})

test.each([
  ['---------------------------9051914041544843365972754266', '6'],
  ['----WebKitFormBoundary7MA4YWxkTrZu0gW', '-'],
])('content that looks like the end of an ordinary boundary passes: %s', (boundary, filling) => {
  const body = bytesOf(`--${boundary}\r\n\r\n${filling.repeat(200_000)}\r\n--${boundary}--`)
  expect(judge(createMultipartScanner({ max_keys: 1 }, boundary), [body])).toBeUndefined()
})

test('a form passes with as many parts as it may have, and not with one more, however it is cut', () => {
  const forms = boundaries.chain((boundary) =>
    fc.tuple(fc.constant(boundary), fc.array(contents(boundary), { minLength: 1, maxLength: 8 })),
  )
  fc.assert(
    fc.property(forms, cuts, ([boundary, parts], lengths) => {
      const body = `${parts.map((part) => `--${boundary}\r\n\r\n${part}\r\n`).join('')}--${boundary}--\r\n`
      // A content may end in dashes that make one delimiter more with what follows.
      const parted = body.split(`--${boundary}`).length - 2
      const verdict = (max_keys: number): string | undefined =>
        judge(createMultipartScanner({ max_keys }, boundary), cut(bytesOf(body), lengths))
      expect([verdict(parted), verdict(parted - 1)]).toEqual([undefined, 'form-keys'])
    }),
    { numRuns: 1000 },
  )
})
